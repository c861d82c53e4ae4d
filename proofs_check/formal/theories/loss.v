From mathcomp Require Import all_ssreflect all_algebra.
From Hessproof Require Import chain.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* The square loss of a deep linear network and its second-order expansion, over every      *)
(* commutative ring: with s^2 = t^2 = 0 the loss at W + s U + t V is                         *)
(*   loss(W) + 2 s gradient_form U + 2 t gradient_form V + 2 s t hessian_form U V.          *)
(* The loss here is |W^{L:1} X - Y|^2, twice the paper's, so that no division by 2 is needed: *)
(* gradient_form and hessian_form are those of the half-square loss. Samples are columns of *)
(* X and Y and are summed, not averaged.                                                    *)
Section Expansion.
Variables (R : comRingType) (M : nat -> nat) (s t : R).
Hypotheses (ss : s * s = 0) (tt : t * t = 0).

(* The product of two expansions.                                                           *)
Lemma dual_mul a b c (A0 A1 A2 A3 : 'M[R]_(a, b)) (B0 B1 B2 B3 : 'M[R]_(b, c)) :
  (A0 + s *: A1 + t *: A2 + (s * t) *: A3) *m (B0 + s *: B1 + t *: B2 + (s * t) *: B3)
  = A0 *m B0 + s *: (A1 *m B0 + A0 *m B1) + t *: (A2 *m B0 + A0 *m B2)
    + (s * t) *: (A3 *m B0 + A1 *m B2 + A2 *m B1 + A0 *m B3).
Proof.
have ts : t * s = s * t by rewrite mulrC.
have sst : s * (s * t) = 0 by rewrite mulrA ss mul0r.
have sts : s * t * s = 0 by rewrite mulrAC ss mul0r.
have tst : t * (s * t) = 0 by rewrite mulrCA tt mulr0.
have stt : s * t * t = 0 by rewrite -mulrA tt mulr0.
have stst : s * t * (s * t) = 0 by rewrite mulrACA ss mul0r.
rewrite !mulmxDl !mulmxDr -!scalemxAl -!scalemxAr !scalerDr !scalerA.
rewrite ss tt ts sst sts tst stt stst !scale0r !addr0.
by rewrite [LHS](AC (4*2*2*1) (1*(5*2)*(7*3)*(9*6*8*4))).
Qed.

Variables W U V : forall i, 'M[R]_(M i.+1, M i).
(* The weights on the way into the directions U and V.                                      *)
Definition moved_weights i := W i + s *: U i + t *: V i.

(* d_chain and d2_chain are the coefficients of s, t and s t of the chain.                   *)
Lemma chain_expand j k :
  chain moved_weights j k = chain W j k + s *: d_chain W U j k + t *: d_chain W V j k
                  + (s * t) *: d2_chain W U V j k.
Proof.
elim: k => [|k IH]; first by rewrite !scaler0 !addr0.
case: (leqP j k) => jk; last first.
  by rewrite /chain /d_chain /d2_chain /= leqNgt jk /= !scaler0 !addr0.
rewrite !chain_S // !d_chain_S // d2_chain_S // IH.
have -> : moved_weights k = W k + s *: U k + t *: V k + (s * t) *: 0 by rewrite scaler0 addr0.
by rewrite dual_mul mul0mx add0r.
Qed.

Variables (L N : nat) (X : 'M[R]_(M 0%N, N)) (Y : 'M[R]_(M L, N)).

(* The residual W^{L:1} X - Y and the loss, the sum of its squares.                          *)
Definition residual (Z : forall i, 'M[R]_(M i.+1, M i)) := chain Z 0 L *m X - Y.
Definition square_loss Z := \tr ((residual Z)^T *m residual Z).

(* <dF U, dF V> + <residual, d2F U V> with F = W^{L:1} X: first the outer, then the           *)
(* functional part of the Hessian.                                                          *)
Definition hessian_form (U' V' : forall i, 'M[R]_(M i.+1, M i)) :=
  \tr ((d_chain W U' 0 L *m X)^T *m (d_chain W V' 0 L *m X))
  + \tr (X *m (residual W)^T *m d2_chain W U' V' 0 L).

(* <residual, dF U>.                                                                        *)
Definition gradient_form (U' : forall i, 'M[R]_(M i.+1, M i)) :=
  \tr ((residual W)^T *m (d_chain W U' 0 L *m X)).

(* gradient_form and hessian_form are the first and second derivatives of half the loss.    *)
Theorem square_loss_expand :
  square_loss moved_weights
  = square_loss W + s * (gradient_form U *+ 2) + t * (gradient_form V *+ 2)
    + (s * t) * (hessian_form U V *+ 2).
Proof.
rewrite /gradient_form.
have trC (A B : 'M[R]_(M L, N)) : \tr (A^T *m B) = \tr (B^T *m A).
  by rewrite -mxtrace_tr trmx_mul trmxK.
have rE : residual moved_weights
          = residual W + s *: (d_chain W U 0 L *m X) + t *: (d_chain W V 0 L *m X)
                      + (s * t) *: (d2_chain W U V 0 L *m X).
  rewrite /residual chain_expand !mulmxDl -!scalemxAl.
  by rewrite [LHS](ACl (1*5*2*3*4)).
have rTE : (residual moved_weights)^T = (residual W)^T + s *: (d_chain W U 0 L *m X)^T
    + t *: (d_chain W V 0 L *m X)^T + (s * t) *: (d2_chain W U V 0 L *m X)^T.
  by rewrite rE !linearD !linearZ.
rewrite /square_loss rTE rE dual_mul !mxtraceD !mxtraceZ !mxtraceD.
rewrite (trC (d_chain W U 0 L *m X) (residual W)) (trC (d_chain W V 0 L *m X) (residual W)).
rewrite (trC (d2_chain W U V 0 L *m X) (residual W)) -!mulr2n.
congr (_ + _); congr (_ * _).
rewrite (trC (d_chain W V 0 L *m X)) /hessian_form mulrnDl.
rewrite [X in _ = _ + X *+ 2](_ : _ = \tr ((residual W)^T *m (d2_chain W U V 0 L *m X))).
  by rewrite !mulr2n [LHS](ACl ((2*3)*(1*4))).
by rewrite mxtrace_mulC mulmxA -mxtrace_mulC mulmxA.
Qed.
End Expansion.

(* The form of the Hessian is linear in a direction,                                        *)
Section Linearity.
Variables (R : comRingType) (M : nat -> nat) (W U1 U2 U3 : forall i, 'M[R]_(M i.+1, M i)).
Variable c : R.
Variable L : nat.
Hypothesis lin : forall l, U3 l = c *: U1 l + U2 l.

Lemma hessian_form_lin N (X : 'M_(M 0%N, N)) (Y : 'M_(M L, N)) V :
  hessian_form W X Y U3 V = c * hessian_form W X Y U1 V + hessian_form W X Y U2 V.
Proof.
rewrite /hessian_form (d_chain_lin _ lin) (d2_chain_lin _ lin) mulmxDl -scalemxAl.
rewrite [(_ + _)^T]linearD linearZ /=.
rewrite mulmxDl mulmxDr -scalemxAl -scalemxAr !mxtraceD !mxtraceZ mulrDr.
by rewrite addrACA.
Qed.
End Linearity.

(* looks at the L layers of the network only, is symmetric,                                 *)
Section Ext.
Variables (R : comRingType) (M : nat -> nat) (W : forall i, 'M[R]_(M i.+1, M i)).
Implicit Types U V : forall i, 'M[R]_(M i.+1, M i).

Variables (L N : nat) (X : 'M[R]_(M 0%N, N)) (Y : 'M[R]_(M L, N)).

Lemma hessian_form_ext U U' V V' :
    (forall l, (l < L)%N -> U l = U' l) -> (forall l, (l < L)%N -> V l = V' l) ->
  hessian_form W X Y U V = hessian_form W X Y U' V'.
Proof.
move=> eU eV; rewrite /hessian_form (d_chain_ext W _ eU) (d_chain_ext W _ eV).
by rewrite (d2_chain_ext W _ eU eV).
Qed.

Lemma hessian_form_sym U V : hessian_form W X Y U V = hessian_form W X Y V U.
Proof.
rewrite /hessian_form d2_chain_sym; congr (_ + _).
by rewrite -mxtrace_tr trmx_mul trmxK.
Qed.
End Ext.

(* and depends on the values of the weights only.                                           *)
Section ExtW.
Variables (R : comRingType) (M : nat -> nat) (W W' U V : forall i, 'M[R]_(M i.+1, M i)).
Hypothesis WW : forall i, W i = W' i.

Lemma hessian_form_extW L N (X : 'M_(M 0%N, N)) (Y : 'M_(M L, N)) :
  hessian_form W X Y U V = hessian_form W' X Y U V.
Proof.
rewrite /hessian_form /residual !(d_chain_extW WW) (d2_chain_extW _ _ WW).
by rewrite (chain_extW WW).
Qed.
End ExtW.
