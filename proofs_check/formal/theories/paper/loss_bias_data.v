From mathcomp Require Import all_ssreflect all_algebra.
From Hessproof Require Import formulas chain upper_bound every_data_set bias bias_decoupling.
From Hessproof Require Import bias_augmented bias_fewer_inputs generic generic_bias.
From Hessproof.paper Require Import fact13 loss_bias.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* The rank of H_L with bias where E[delta] is not zero, attained for every data set: samples     *)
(* (x, 1) of any rank r, which loss_bias.v has for r = d + 1. A first layer onto r - 1 inputs     *)
(* that keeps what the samples span makes it the case of full rank.                               *)

(* The formulas see the input width through the rank of the samples only.                         *)
Section InputWidth.
Variables (M : nat -> nat) (k L : nat).
Hypothesis deep : (1 < L)%N.

Lemma narrowest_hidden_reduced : narrowest_hidden L (reduced_widths M k) = narrowest_hidden L M.
Proof.
rewrite /narrowest_hidden leqNgt deep /=.
by apply: eq_big_nat => -[|l].
Qed.

Lemma loss_bias_generic_reduced m r s e :
  loss_bias_generic L (reduced_widths M k) m r s e = loss_bias_generic L M m r s e.
Proof.
have output : reduced_widths M k L = M L by case: (L) deep.
have hidden : hidden_total L (reduced_widths M k) = hidden_total L M.
  by apply: eq_big_nat => -[|l].
have behind : \sum_((m + 1)%N <= l < L) ((reduced_widths M k l)%:Z - (narrowest_hidden L M)%:Z)
    = \sum_((m + 1)%N <= l < L) ((M l)%:Z - (narrowest_hidden L M)%:Z).
  by apply: eq_big_nat => -[|l] //; rewrite addn1.
rewrite /loss_bias_generic /s_cut_of /s_next_of /q_centred_of narrowest_hidden_reduced.
by rewrite output hidden behind.
Qed.
End InputWidth.

(* Over an ordered field, for L >= 2, all widths, every data set and every s from 1 to min(r, K), *)
(* r the rank of the samples (x, 1): for any biases b there are weights W and labels Y with       *)
(* E[delta] <> 0 and rk E[delta x~^T] = s at which H_L has the rank of the formula at least. m is *)
(* the last narrowest hidden layer.                                                               *)
Theorem loss_bias_reached_every_rank (F : realFieldType) (M : nat -> nat) (L N m s : nat)
    (b : forall i, 'cV[F]_(M i.+1)) (X : 'M[F]_(M 0%N, N)) (r := \rank (augmented X)) :
    (0 < m < L)%N -> M m = narrowest_hidden L M ->
    (forall l, (m < l < L)%N -> (narrowest_hidden L M < M l)%N) ->
    (0 < s)%N -> (s <= minn r (M L))%N ->
  exists (W : forall i, 'M[F]_(M i.+1, M i)) (Y : 'M[F]_(M L, N)),
    [/\ residual_sum W b X Y != 0,
        \rank (augmented X *m (biased_residual W b X Y)^T) = s
      & loss_bias_generic L M m r s 1 <= (\rank (biased_hessian W b X Y))%:Z].
Proof.
move=> mL Mm behind_m s0 s_le.
have L1 : (1 < L)%N by case/andP: mL => m0; apply: leq_ltn_trans.
have N0 : N%:R != 0 :> F.
  rewrite pnatr_eq0 -lt0n; apply: leq_trans (rank_leq_col (augmented X)).
  by apply: leq_trans s0 (leq_trans s_le (geq_minl _ _)).
have [k [B [rX rBX moments]]] := fewer_inputs X N0.
case: L L1 mL Mm behind_m s_le => // L L1 mL Mm behind_m; rewrite /r rX => s_le.
(* the network of k inputs *)
pose M' := reduced_widths M k; pose W' := rectangular_identity F M'.
have narrowest : narrowest_hidden L.+1 M' = narrowest_hidden L.+1 M.
  exact: narrowest_hidden_reduced.
have M'm : M' m = narrowest_hidden L.+1 M' by rewrite narrowest -Mm; case: (m) mL.
have behind' l : (m < l < L.+1)%N -> (narrowest_hidden L.+1 M' < M' l)%N.
  by rewrite narrowest; case: l => // l; apply: behind_m.
have [Y [e0 rs ge]] := @loss_bias_reached F M' L.+1 N m s b (B *m X) mL M'm behind' rBX s0 s_le.
exists (lifted_weights B W'), Y; rewrite /residual_sum biased_residual_lifted; split=> //.
  by rewrite -moments.
move: ge; rewrite loss_bias_generic_reduced // => ge; apply: le_trans ge _.
by rewrite lez_nat; apply: rank_biased_hessian_lifted.
Qed.

(* Over an ordered field, for L >= 2 and all widths, every data set has, for any biases b,        *)
(* weights W and labels Y with E[delta] <> 0 and rk E[delta x~^T] = min(r, K), the largest rank,  *)
(* at which H_L has exactly the rank of the formula; r is the rank of the samples (x, 1), m the   *)
(* last narrowest hidden layer.                                                                   *)
Corollary loss_bias_attained_every_rank (F : realFieldType) (M : nat -> nat) (L N m : nat)
    (b : forall i, 'cV[F]_(M i.+1)) (X : 'M[F]_(M 0%N, N))
    (r := \rank (augmented X)) (s := minn r (M L)) :
    (0 < m < L)%N -> M m = narrowest_hidden L M ->
    (forall l, (m < l < L)%N -> (narrowest_hidden L M < M l)%N) ->
    (0 < N)%N -> (0 < M L)%N ->
  exists (W : forall i, 'M[F]_(M i.+1, M i)) (Y : 'M[F]_(M L, N)),
    [/\ residual_sum W b X Y != 0,
        \rank (augmented X *m (biased_residual W b X Y)^T) = s
      & (\rank (biased_hessian W b X Y))%:Z = loss_bias_generic L M m r s 1].
Proof.
move=> mL Mm behind_m N0 ML.
have s0 : (0 < s)%N.
  by rewrite leq_min ML andbT /r rank_augmented // pnatr_eq0 -lt0n.
have [W [Y [e0 rs ge]]] := loss_bias_reached_every_rank b mL Mm behind_m s0 (leqnn s).
exists W, Y; split=> //; apply/le_anti; rewrite ge andbT.
by apply: loss_bias_upper_bound; first by case/andP: mL => m0; apply: ltn_trans.
Qed.

(* Over an ordered field, for L >= 2 and all widths: for every data set there are labels for      *)
(* which H_L with bias has the rank of the formula, taken at s = min(r, K) and E[delta] <> 0, for *)
(* almost all weights and biases; r is the rank of the samples (x, 1), m the last narrowest       *)
(* hidden layer.                                                                                  *)
Corollary loss_bias_almost_all_every_rank (F : realFieldType) (M : nat -> nat) (L N m : nat)
    (X : 'M[F]_(M 0%N, N)) (r := \rank (augmented X)) (s := minn r (M L)) :
    (0 < m < L)%N -> M m = narrowest_hidden L M ->
    (forall l, (m < l < L)%N -> (narrowest_hidden L M < M l)%N) ->
    (0 < N)%N -> (0 < M L)%N ->
  exists Y : 'M[F]_(M L, N),
    almost_all (fun w : 'rV[F]_(\sum_(l < L) biased_size M l) =>
      (\rank (biased_hessian (weights_of w) (biases_of w) X Y))%:Z
      = loss_bias_generic L M m r s 1).
Proof.
move=> mL Mm behind_m N0 ML.
have [W [Y [_ _ rY]]] := loss_bias_attained_every_rank (fun=> 0) X mL Mm behind_m N0 ML.
exists Y; apply: (@generic_biased_rank_eq _ _ _ _ _ (fun W c => biased_hessian W c X Y)).
- by move=> W1 W2 c1 c2 WW cc; apply: biased_hessian_local.
- exact: polynomial_biased_hessian.
- move=> W1 c1; apply: loss_bias_upper_bound => //.
  by case/andP: mL => m0; apply: ltn_trans.
by exists W, (fun=> 0).
Qed.
