From mathcomp Require Import all_ssreflect all_algebra.
From Hessproof Require Import formulas narrowest int_ring chain loss hessian.
From Hessproof Require Import bias bias_decoupling bias_outer bias_augmented bias_centred.
From Hessproof.paper Require Import any_residual loss_residual centred_bias.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* The rank of H_L with bias where E[delta] = 0, for a residual of any rank (this project's       *)
(* amendment of Fact 13, with e = 0): the bound for all parameters and data, and networks of all  *)
(* sizes that reach it.                                                                           *)

(* With e = 0 the formula with bias is K more than that without, at r~ - 1.                       *)
Lemma loss_bias_generic0 L M m r s : (s <= r)%N -> (s <= M L)%N ->
  loss_bias_generic L M m r.+1 s 0 = (M L)%:Z + loss_generic L M r s.
Proof.
move=> sr sK; rewrite /loss_bias_generic /loss_generic q_centred_ofE subn1 /=.
have -> : s_cut_of L M s = qhat_of L M r s.
  by rewrite /qhat_of (minn_idPr sr) minnCA (minn_idPr sK).
have -> : r.+1%:Z = r%:Z + 1 by rewrite -addn1 PoszD.
move: (q_of _ _ _)%:Z (qhat_of _ _ _ _)%:Z (hidden_total _ _)%:Z r%:Z (M L)%:Z L%:Z.
by move=> q t h x K l; int_ring.
Qed.

(* The bound has the formula of the rank. (By conversion, a wrong one would take minutes.) *)
Lemma loss_bias_boundE L M m r s e :
  loss_bias_bound L M m r s e = loss_bias_generic L M m r s e.
Proof.
rewrite /loss_bias_bound /loss_bias_generic; set S := \sum_(_ <= i < _) _.
move: (s_cut_of _ _ _)%:Z (s_next_of _ _ _)%:Z (q_centred_of _ _ _)%:Z (hidden_total _ _)%:Z.
by move: (M L)%:Z L%:Z r%:Z e%:Z S => K l x i S t u q h; int_ring.
Qed.

Section Bound.
Variables (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)).
Variables (b : forall i, 'cV[F]_(M i.+1)).
Variables (L N : nat) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)).
Notation delta := (biased_residual W b X Y).
Hypotheses (L0 : (0 < L)%N) (N0 : N%:R != 0 :> F).
Hypothesis stationary : residual_sum W b X Y = 0.

(* The residual is that of the network without biases on centred data.                            *)
Lemma residual_centred : residual (centred X) (centred Y) W = delta.
Proof.
rewrite (biased_residualE W b X Y (mean X) (mean Y)).
case: L L0 Y stationary => // L' _ Y' /eqP.
rewrite residual_sumE // scaler_eq0 (negbTE N0) /= => /eqP->.
by rewrite mul0mx addr0.
Qed.

(* Centring the inputs does not change the rank of their products with the residual.              *)
Lemma rank_moment : \rank (augmented X *m delta^T) = \rank (centred X *m delta^T).
Proof.
have moments : col_mx (centred X) (const_mx 1 : 'rV_N) *m delta^T = col_mx (centred X *m delta^T) 0.
  rewrite mul_col_mx; congr col_mx; apply: trmx_inj.
  by rewrite trmx_mul trmxK trmx_const trmx0; apply: stationary.
have full : row_full (with_mean X) by rewrite row_full_unit with_mean_unit.
by rewrite augmented_centred -mulmxA moments (eqmxMfull _ full) rank_col_mx0.
Qed.

(* Where E[delta] = 0, for all weights, biases and data, over any field in which the number of    *)
(* samples is not zero: the Hessian of the loss with biases has rank at most K + q (r~ - 1 + K -  *)
(* q) + 2 s^ M - (L - 1) s^^2, where r~ is the rank of the data (x, 1), s~ that of E[delta x~^T], *)
(* q = min(r~ - 1, M_1, ..., M_(L-1), K) and s^ = min(s~, M_1, ..., M_(L-1)).                     *)
Theorem loss_bias_centred_bound m : (\rank (biased_hessian W b X Y))%:Z
  <= loss_bias_bound L M m (\rank (augmented X)) (\rank (augmented X *m delta^T)) 0.
Proof.
rewrite centred_bias_loss // rank_augmented // rank_moment.
rewrite loss_bias_boundE.
rewrite loss_bias_generic0 ?mxrankM_maxl //; last first.
  by apply: leq_trans (mxrankM_maxr _ _) _; rewrite mxrank_tr rank_leq_row.
by rewrite PoszD ler_add2l -residual_centred; apply: loss_residual_bound.
Qed.
End Bound.

(* Every sample with its opposite, and zero: R makes X and Y into data of mean zero, whose second *)
(* moments are twice those of X and Y.                                                            *)
Section Opposites.
Variables (F : realFieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)).
Variables (L r : nat) (X : 'M[F]_(M 0%N, r)) (Y : 'M[F]_(M L, r)).
Definition opposites : 'M[F]_(r, r + r + 1) := row_mx (row_mx 1%:M (- 1%:M)) 0.
Notation R := opposites.
Notation no_bias := (fun i => 0 : 'cV[F]_(M i.+1)).

Lemma opposites_gram : R *m R^T = 2%:R%:M.
Proof.
rewrite /R tr_row_mx mul_row_col mul0mx addr0 tr_row_mx mul_row_col raddfN /= trmx1.
by rewrite mulNmx mulmxN opprK mulmx1 -raddfD.
Qed.

Lemma opposites_sum : R *m const_mx 1 = 0 :> 'cV_r.
Proof.
rewrite -col_mx_const -[X in col_mx X _]col_mx_const /R !mul_row_col mul0mx addr0.
by rewrite mulNmx mul1mx subrr.
Qed.

Lemma opposites_free : row_free R.
Proof.
by apply/row_freeP; exists (col_mx (col_mx 1%:M 0) 0); rewrite !mul_row_col !mulmx0 !addr0 mulmx1.
Qed.

Lemma mean_opposites a (A : 'M[F]_(a, r)) : mean (A *m R) = 0.
Proof. by rewrite /mean -mulmxA opposites_sum mulmx0 scaler0. Qed.

Lemma centred_opposites a (A : 'M[F]_(a, r)) : centred (A *m R) = A *m R.
Proof. by rewrite /centred /shifted mean_opposites mul0mx subr0. Qed.

Lemma residual_opposites : residual (X *m R) (Y *m R) W = residual X Y W *m R.
Proof. by rewrite /residual mulmxA -mulmxBl. Qed.

Lemma hessian_opposites : loss_hessian W (X *m R) (Y *m R) = 2%:R *: loss_hessian W X Y.
Proof.
apply/matrixP => i j; rewrite !mxE /hessian_form residual_opposites mulrDr -!linearZ /=.
move: (d_chain W (direction (delta_mx 0 i)) 0 L) (d_chain W (direction (delta_mx 0 j)) 0 L) => A B.
congr (_ + _).
  rewrite mxtrace_mulC [in RHS]mxtrace_mulC !mulmxA trmx_mul.
  rewrite -!mulmxA [R *m (R^T *m _)]mulmxA opposites_gram mul_scalar_mx.
  by rewrite -scalemxAl -!scalemxAr.
rewrite trmx_mul -!mulmxA [R *m (R^T *m _)]mulmxA opposites_gram mul_scalar_mx.
by rewrite -!scalemxAr.
Qed.

Lemma activation_zero k : activation W no_bias 0 k = 0 :> 'cV[F]__.
Proof. by elim: k => //= k ->; rewrite mulmx0 addr0. Qed.

Lemma biased_residual_opposites :
  biased_residual W no_bias (X *m R) (Y *m R) = residual X Y W *m R.
Proof.
rewrite (biased_residualE W no_bias (X *m R) (Y *m R) 0 0) activation_zero subrr mul0mx addr0.
by rewrite /shifted !mul0mx !subr0 residual_opposites.
Qed.
End Opposites.

(* For L >= 2 layers and all ranks r <= d and s <= min(r, K) there are weights, and data with     *)
(* E[delta] = 0, rk (x, 1) = r + 1 and rk E[delta x~^T] = s, at which the Hessian of the loss     *)
(* with biases has exactly the rank K + q (r + K - q) + 2 s^ M - (L - 1) s^^2, the largest there  *)
(* is. The biases are zero. Over an ordered field.                                                *)
Theorem loss_bias_centred_reached (F : realFieldType) (M : nat -> nat) (L r s m : nat)
    (b := fun i => 0 : 'cV[F]_(M i.+1)) :
    (1 < L)%N -> (r <= M 0)%N -> (s <= r)%N -> (s <= M L)%N ->
  exists (W : forall i, 'M[F]_(M i.+1, M i)) (X : 'M[F]_(M 0%N, r + r + 1))
         (Y : 'M[F]_(M L, r + r + 1)),
    [/\ residual_sum W b X Y = 0, \rank (augmented X) = r.+1,
        \rank (augmented X *m (biased_residual W b X Y)^T) = s
      & (\rank (biased_hessian W b X Y))%:Z = loss_bias_generic L M m r.+1 s 0].
Proof.
move=> L1 r0 sr sK; have n0 n : (n.+1)%:R != 0 :> F by rewrite pnatr_eq0.
have N0 : (r + r + 1)%:R != 0 :> F by rewrite addn1.
have odd : (2 * L).-1%:R != 0 :> F.
  by rewrite pnatr_eq0; case: (L) L1 => // L' _; rewrite mulnS.
have [W [X [Y [rX rE ge]]]] := any_residual_attained L1 r0 sr sK (n0 1%N) (n0 2%N) odd.
pose R := opposites F r; exists W, (X *m R), (Y *m R).
have sum0 : residual_sum W b (X *m R) (Y *m R) = 0.
  by rewrite /residual_sum biased_residual_opposites -mulmxA opposites_sum mulmx0.
have rank_R a (A : 'M[F]_(a, r)) : \rank (A *m R) = \rank A.
  exact: mxrankMfree (opposites_free F r).
split=> //.
- by rewrite rank_augmented // centred_opposites rank_R rX.
- rewrite rank_moment // centred_opposites biased_residual_opposites trmx_mul mulmxA.
  rewrite -[X *m R *m _]mulmxA opposites_gram mul_mx_scalar -scalemxAl.
  by rewrite eqmx_scale ?rE ?n0.
rewrite loss_bias_generic0 // centred_bias_loss ?(ltnW L1) // !centred_opposites.
rewrite hessian_opposites eqmx_scale ?n0 // PoszD; congr (_ + _).
by apply: le_anti; rewrite ge andbT; have := loss_residual_bound W X Y; rewrite rX rE.
Qed.
