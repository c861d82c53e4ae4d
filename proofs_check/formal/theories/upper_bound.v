From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker telescoping chain loss hessian layer_kernel.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* Fact 7's upper bound, first with the input width for the rank of the inputs: for all *)
(* weights, all data, any field; q = M s is the width of a narrowest layer. *)
Theorem rank_loss_hessian_bound (F : fieldType) (M : nat -> nat)
    (W : forall i, 'M[F]_(M i.+1, M i)) (L N s : nat)
    (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)) :
    (0 < L)%N -> (s <= L)%N -> (forall l, (l <= L)%N -> (M s <= M l)%N) ->
  (\rank (loss_hessian W X Y) + L * (M s * M s)
   <= 2 * M s * (\sum_(1 <= l < L) M l) + M s * (M 0 + M L))%N.
Proof.
move=> L0 sL qm.
rewrite -(leq_add2l (\sum_(l < L) (M l.+1 - M s) * (M l - M s))) telescoping_nat //.
by rewrite addnA leq_add2r addnC rank_loss_hessian_le.
Qed.

(* Rank-deficient data: replace X = X0 *m X1 by X1 and absorb X0 in layer 0. *)
Section Reduce.
Variables (F : fieldType) (M : nat -> nat) (r N : nat).
Variables (X0 : 'M[F]_(M 0%N, r)) (X1 : 'M[F]_(r, N)).

(* The network on inputs of full rank: X = X0 X1, and X0 joins the first layer. *)
Definition reduced_widths (i : nat) : nat := if i is 0%N then r else M i.

Definition reduced (W : forall i, 'M[F]_(M i.+1, M i)) (i : nat)
    : 'M[F]_(reduced_widths i.+1, reduced_widths i) :=
  match i return 'M[F]_(reduced_widths i.+1, reduced_widths i) with
  | 0%N => W 0%N *m X0
  | i'.+1 => W i'.+1
  end.

Variables W U V : forall i, 'M[F]_(M i.+1, M i).

Lemma reduced_chain k : chain (reduced W) 0 k.+1 = chain W 0 k.+1 *m X0.
Proof.
elim: k => [|k IH]; first by rewrite !chain_1.
by rewrite chain_S // IH [in RHS]chain_S // mulmxA.
Qed.

Lemma reduced_d_chain Z k : d_chain (reduced W) (reduced Z) 0 k.+1 = d_chain W Z 0 k.+1 *m X0.
Proof.
elim: k => [|k IH].
  by rewrite !d_chain_S // !d_chain_id !chain_id !mulmx0 !addr0 !mulmx1.
by rewrite d_chain_S // IH reduced_chain [in RHS]d_chain_S // mulmxDl !mulmxA.
Qed.

Lemma reduced_d2_chain k :
  d2_chain (reduced W) (reduced U) (reduced V) 0 k.+1 = d2_chain W U V 0 k.+1 *m X0.
Proof.
elim: k => [|k IH].
  by rewrite !d2_chain_S // !d2_chain_id !d_chain_id !mulmx0 !addr0 mul0mx.
rewrite d2_chain_S // IH !reduced_d_chain [in RHS]d2_chain_S //.
rewrite [RHS]mulmxDl [X in _ = X + _]mulmxDl.
by congr (_ + _ + _); apply: mulmxA.
Qed.

Lemma reduced_hessian_form L (Y : 'M[F]_(M L.+1, N)) :
  hessian_form (reduced W) X1 (Y : 'M[F]_(reduced_widths L.+1, N)) (reduced U) (reduced V)
  = hessian_form W (X0 *m X1) Y U V.
Proof.
rewrite /hessian_form /residual !reduced_d_chain reduced_d2_chain reduced_chain.
congr (_ + _); first by rewrite -!mulmxA.
by rewrite mulmxA mxtrace_mulC -!mulmxA.
Qed.
End Reduce.

Section Final.
Variables (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)).
Variables (L N : nat) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L.+1, N)).

Lemma rank_loss_hessian_reduced :
  (\rank (loss_hessian W X Y)
   <= \rank (loss_hessian (reduced (col_base X) W) (row_base X)
               (Y : 'M_(reduced_widths M (\rank X) L.+1, N))))%N.
Proof.
set H' := loss_hessian (reduced _ _) _ _.
set np := (\sum_(l < L.+1) layer_size M l)%N.
set np' := (\sum_(l < L.+1) layer_size (reduced_widths M (\rank X)) l)%N.
pose T : 'M[F]_(np, np') := \matrix_(i < np)
  \mxrow_(l < L.+1) (vec (reduced (col_base X) (direction (delta_mx 0 i)) l)
                     : 'rV_(layer_size (reduced_widths M (\rank X)) l)).
have dT i l : (l < L.+1)%N ->
    direction (row i T) l = reduced (col_base X) (direction (delta_mx 0 i)) l.
  by move=> lL; rewrite (directionE _ (Ordinal lL)) rowK mxrowK vecK.
have -> : loss_hessian W X Y = T *m H' *m T^T.
  apply/matrixP => i j; rewrite [LHS]mxE.
  have -> : (T *m H' *m T^T) i j = (row i T *m H' *m (row j T)^T) 0 0.
    rewrite -row_mul tr_row !mxE; apply: eq_bigr => k _; rewrite !mxE.
    by congr (_ * _).
  rewrite loss_hessian_form (hessian_form_ext _ _ _ (dT i) (dT j)).
  by rewrite reduced_hessian_form mulmx_base.
by apply: leq_trans (mxrankM_maxl _ _) _; apply: mxrankM_maxr.
Qed.

(* Singh et al. 2021, Fact 7, upper bound: rk H <= 2 q M - L q^2 + q (r + K), r = rk X and *)
(* q = min(r, M_1, ..., M_L), for all weights and data. (The network has L.+1 layers here.) *)
Theorem rank_loss_hessian_data q :
    (q <= \rank X)%N -> (forall l, (0 < l)%N -> (l <= L.+1)%N -> (q <= M l)%N) ->
    q = \rank X \/ (exists2 s, (0 < s <= L.+1)%N & q = M s) ->
  (\rank (loss_hessian W X Y) + L.+1 * (q * q)
   <= 2 * q * (\sum_(1 <= l < L.+1) M l) + q * (\rank X + M L.+1))%N.
Proof.
move=> qr qm qE; have [s sL qs] : exists2 s, (s <= L.+1)%N & q = reduced_widths M (\rank X) s.
  case: qE => [->|[[//|s] /andP[_ sL] ->]]; first by exists 0%N.
  by exists s.+1.
apply: (@leq_trans (\rank (loss_hessian (reduced (col_base X) W) (row_base X)
                                (Y : 'M_(reduced_widths M (\rank X) L.+1, N))) + L.+1 * (q * q))).
  by rewrite leq_add2r rank_loss_hessian_reduced.
have := @rank_loss_hessian_bound F (reduced_widths M (\rank X)) (reduced (col_base X) W) L.+1 N s
          (row_base X) Y (ltn0Sn L) sL.
rewrite -qs => B; apply: leq_trans (B _) _.
  by move=> [|l] lL //; apply: qm.
rewrite leq_add2r leq_mul2l; apply/orP; right.
by rewrite !big_add1 /=.
Qed.
End Final.
