From mathcomp Require Import all_ssreflect all_algebra.
From Hessproof Require Import chain.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* The differentials above are the right ones: exact expansion modulo         *)
(* s^2 = t^2 = 0, over any commutative ring.                                  *)
Section Expansion.
Variables (R : comRingType) (M : nat -> nat) (s t : R).
Hypotheses (ss : s * s = 0) (tt : t * t = 0).

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
Definition Wst i := W i + s *: U i + t *: V i.

Lemma chain_expand j k :
  chain Wst j k = chain W j k + s *: d_chain W U j k + t *: d_chain W V j k + (s * t) *: d2_chain W U V j k.
Proof.
elim: k => [|k IH]; first by rewrite !scaler0 !addr0.
case: (leqP j k) => jk; last first.
  by rewrite /chain /d_chain /d2_chain /= leqNgt jk /= !scaler0 !addr0.
rewrite !chain_S // !d_chain_S // d2_chain_S // IH.
have -> : Wst k = W k + s *: U k + t *: V k + (s * t) *: 0 by rewrite scaler0 addr0.
by rewrite dual_mul mul0mx add0r.
Qed.

Variables (L N : nat) (X : 'M[R]_(M 0%N, N)) (Y : 'M[R]_(M L, N)).

(* Twice the square loss on data (X, Y).                                      *)
Definition residual (Z : forall i, 'M[R]_(M i.+1, M i)) := chain Z 0 L *m X - Y.
Definition square_loss Z := \tr ((residual Z)^T *m residual Z).

Definition hessian_form (U' V' : forall i, 'M[R]_(M i.+1, M i)) :=
  \tr ((d_chain W U' 0 L *m X)^T *m (d_chain W V' 0 L *m X))
  + \tr (X *m (residual W)^T *m d2_chain W U' V' 0 L).

Definition gradient_form (U' : forall i, 'M[R]_(M i.+1, M i)) :=
  \tr ((residual W)^T *m (d_chain W U' 0 L *m X)).

Theorem square_loss_expand :
  square_loss Wst
  = square_loss W + s * (gradient_form U *+ 2) + t * (gradient_form V *+ 2) + (s * t) * (hessian_form U V *+ 2).
Proof.
rewrite /gradient_form.
have trC (A B : 'M[R]_(M L, N)) : \tr (A^T *m B) = \tr (B^T *m A).
  by rewrite -mxtrace_tr trmx_mul trmxK.
have rE : residual Wst = residual W + s *: (d_chain W U 0 L *m X) + t *: (d_chain W V 0 L *m X)
                      + (s * t) *: (d2_chain W U V 0 L *m X).
  rewrite /residual chain_expand !mulmxDl -!scalemxAl.
  by rewrite [LHS](ACl (1*5*2*3*4)).
have rTE : (residual Wst)^T = (residual W)^T + s *: (d_chain W U 0 L *m X)^T
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

Section Linearity.
Variables (R : comRingType) (M : nat -> nat) (W U1 U2 U3 : forall i, 'M[R]_(M i.+1, M i)).
Variable c : R.
Variable L : nat.
Hypothesis lin : forall l, U3 l = c *: U1 l + U2 l.

Lemma hessian_form_lin N (X : 'M_(M 0%N, N)) (Y : 'M_(M L, N)) V :
  hessian_form W X Y U3 V = c * hessian_form W X Y U1 V + hessian_form W X Y U2 V.
Proof.
rewrite /hessian_form (d_chain_lin _ lin) (d2_chain_lin _ lin) mulmxDl -scalemxAl [(_ + _)^T]linearD linearZ /=.
rewrite mulmxDl mulmxDr -scalemxAl -scalemxAr !mxtraceD !mxtraceZ mulrDr.
by rewrite addrACA.
Qed.
End Linearity.

Section Ext.
Variables (R : comRingType) (M : nat -> nat) (W : forall i, 'M[R]_(M i.+1, M i)).
Implicit Types U V : forall i, 'M[R]_(M i.+1, M i).

Variables (L N : nat) (X : 'M[R]_(M 0%N, N)) (Y : 'M[R]_(M L, N)).

Lemma hessian_form_ext U U' V V' :
    (forall l, (l < L)%N -> U l = U' l) -> (forall l, (l < L)%N -> V l = V' l) ->
  hessian_form W X Y U V = hessian_form W X Y U' V'.
Proof.
by move=> eU eV; rewrite /hessian_form (d_chain_ext W _ eU) (d_chain_ext W _ eV) (d2_chain_ext W _ eU eV).
Qed.

Lemma hessian_form_sym U V : hessian_form W X Y U V = hessian_form W X Y V U.
Proof.
rewrite /hessian_form d2_chain_sym; congr (_ + _).
by rewrite -mxtrace_tr trmx_mul trmxK.
Qed.
End Ext.

Section ExtW.
Variables (R : comRingType) (M : nat -> nat) (W W' U V : forall i, 'M[R]_(M i.+1, M i)).
Hypothesis WW : forall i, W i = W' i.

Lemma hessian_form_extW L N (X : 'M_(M 0%N, N)) (Y : 'M_(M L, N)) :
  hessian_form W X Y U V = hessian_form W' X Y U V.
Proof. by rewrite /hessian_form /residual !(d_chain_extW WW) (d2_chain_extW _ _ WW) (chain_extW WW). Qed.
End ExtW.

Section MapForm.
Variables (R R' : comRingType) (f : {rmorphism R -> R'}) (M : nat -> nat).
Implicit Types W U V : forall i, 'M[R]_(M i.+1, M i).
Notation mapW := (mapW f).

Lemma hessian_form_map L N (X : 'M_(M 0%N, N)) (Y : 'M_(M L, N)) W U V :
  hessian_form (mapW W) (map_mx f X) (map_mx f Y) (mapW U) (mapW V) = f (hessian_form W X Y U V).
Proof.
rewrite /hessian_form /residual !d_chain_map d2_chain_map chain_map rmorphD -!trace_map_mx.
by rewrite !map_mxM -!map_trmx map_mxB !map_mxM.
Qed.
End MapForm.
