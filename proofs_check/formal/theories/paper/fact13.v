From mathcomp Require Import all_ssreflect all_algebra.
From Hessproof Require Import int_ring chain upper_bound bias bias_kernel bias_bounds.
From Hessproof Require Import bias_zero_weights generic generic_bias formulas narrowest.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* Singh et al. 2021, Fact 13: with bias, the rank of the Hessian H_L of the square loss is       *)
(* 2 q' M + q' (r + K) - L q'^2 + L q' with q' = min(r + 1, M_1, ..., M_(L-1), K), where no layer *)
(* is a bottleneck. Here: the bound for all parameters and data that the repaired formula gives,  *)
(* the published formula as a bound where it is right, and its refutation.                        *)

Section UpperBound.
Variables (F : fieldType) (M : nat -> nat) (L N : nat).
Variables (W : forall i, 'M[F]_(M i.+1, M i)) (b : forall i, 'cV[F]_(M i.+1)).
Variables (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)).
Notation r_aug := (\rank (augmented X)).
Notation rank_H := (\rank (biased_hessian W b X Y))%:Z.

(* The repaired Fact 13, upper half, for all weights, biases and data, over any field: the       *)
(* Hessian of the loss with biases has rank at most the formula for s~ = min(r~, K) and E[delta] *)
(* <> 0, where r~ is the rank of the data (x, 1) and m a narrowest hidden layer (the last one    *)
(* gives the smallest bound).                                                                    *)
Theorem loss_bias_upper_bound m : (0 < L)%N ->
    ((1 < L)%N -> (0 < m < L)%N /\ M m = narrowest_hidden L M) ->
  rank_H <= loss_bias_bound L M m r_aug (minn r_aug (M L)) 1.
Proof.
move=> L0 mE; set s := minn _ _; set h := narrowest_hidden L M.
have r_in : (r_aug <= M 0 + 1)%N := rank_leq_row _.
have [hs|sh] := ltnP h s.
  (* a hidden bottleneck: the cut at m *)
  have [hr hK] : (h < r_aug)%N /\ (h < M L)%N by move: hs; rewrite leq_min => /andP.
  have L1 : (1 < L)%N.
    rewrite ltnNge; apply/negP => /(narrowest_hidden_none M) hE.
    by move: hK; rewrite /h hE ltnNge leq_addl.
  have [mL Mm] := mE L1.
  have qM l : (0 < l < L)%N -> (h <= M l)%N := @narrowest_hidden_le L M l.
  have cut : s_cut_of L M s = h by apply/minn_idPl/ltnW.
  have next : s_next_of L M s = (h + 1)%N by apply/minn_idPr; rewrite addn1.
  have centred : q_centred_of L M r_aug = h.
    have h_pred : (h <= r_aug - 1)%N by rewrite leq_subRL ?(leq_ltn_trans (leq0n h) hr) // add1n.
    by rewrite /q_centred_of (minn_idPl h_pred); apply/minn_idPr/ltnW.
  apply: le_trans (rank_biased_hessian_hidden W b Y mL (esym Mm) (ltnW hr) qM) _.
  rewrite /loss_bias_bound cut next centred -/h [(m + 1)%N]addn1 PoszD.
  rewrite le_eqVlt; apply/orP; left; apply/eqP.
  set rest := \sum_(_ <= i < _) _; move: (hidden_total L M)%:Z (M L)%:Z r_aug%:Z L%:Z h%:Z rest.
  by move=> *; int_ring.
(* no bottleneck: the cut at the input or the output *)
have hidden_wide l : (0 < l < L)%N -> (s <= M l)%N.
  by move=> lL; apply: leq_trans sh (narrowest_hidden_le M lL).
have cut : s_cut_of L M s = s by apply/minn_idPr.
have next : s_next_of L M s = s by apply/minn_idPl; rewrite addn1 (leq_trans sh).
have ends : s = r_aug \/ s = M L by rewrite /s; case: leqP => _; [left | right].
have s_in l : (l < L)%N -> (s <= reduced_widths (augmented_widths M) r_aug l)%N.
  case: l => [|l] lL /=; first exact: geq_minl.
  by apply: leq_trans (leq_addr _ _); rewrite hidden_wide.
apply: le_trans (rank_biased_hessian_ends W b Y L0 ends s_in) _.
rewrite /loss_bias_bound cut next subrr mul0r addr0 mul1r.
set total := (hidden_total L M)%:Z.
have [rK|Kr] := leqP r_aug (M L); last first.
  (* q = K *)
  have sE : s = M L by apply/minn_idPr/ltnW.
  have -> : q_centred_of L M r_aug = M L.
    rewrite /q_centred_of; apply/minn_idPl.
    by rewrite leq_min -{1}sE sh leq_subRL ?add1n // (leq_trans _ Kr).
  rewrite sE le_eqVlt; apply/orP; left; apply/eqP.
  by move: total (M L)%:Z r_aug%:Z L%:Z => *; int_ring.
have sE : s = r_aug by apply/minn_idPl.
have centred : q_centred_of L M r_aug = (r_aug - 1)%N.
  have -> : q_centred_of L M r_aug = minn (M L) (r_aug - 1).
    by congr minn; apply/minn_idPr/(leq_trans (leq_subr _ _)); rewrite -sE.
  exact/minn_idPr/(leq_trans (leq_subr _ _)).
rewrite sE centred; case: (posnP r_aug) => [->|r0].
  by rewrite sub0n !(mulr0, mul0r, expr0n, add0r, addr0, subr0, oppr0).
rewrite -subzn // le_eqVlt; apply/orP; left; apply/eqP.
by move: total (M L)%:Z r_aug%:Z L%:Z => *; int_ring.
Qed.

(* The published Fact 13 as an upper bound, for all weights, biases and data, over any field,   *)
(* where it is right: no hidden width is below min(r + 1, K), and 1 is not a linear function of *)
(* the inputs, r~ = r + 1.                                                                      *)
Theorem fact13_upper_bound : (0 < L)%N -> r_aug = (\rank X + 1)%N ->
    (forall l, (0 < l < L)%N -> (minn r_aug (M L) <= M l)%N) ->
  rank_H <= fact13 L M (\rank X).
Proof.
move=> L0 rE wide; have q : q_bias_of L M (\rank X) = minn r_aug (M L).
  rewrite q_bias_ofE -rE; apply/esym/q_of_unique => // [|l /andP[l0]|]; first exact: geq_minl.
    by rewrite leq_eqVlt => /orP[/eqP->|lL]; [exact: geq_minr | rewrite wide // l0].
  by rewrite /minn; case: ltnP => _; [left | right; exists L; rewrite ?L0 /=].
have ends : q_bias_of L M (\rank X) = r_aug \/ q_bias_of L M (\rank X) = M L.
  by rewrite q /minn; case: ltnP => _; [left | right].
have q_in l : (l < L)%N ->
    (q_bias_of L M (\rank X) <= reduced_widths (augmented_widths M) r_aug l)%N.
  rewrite q; case: l => [|l] lL /=; first exact: geq_minl.
  by apply: leq_trans (leq_addr _ _); rewrite wide.
apply: le_trans (rank_biased_hessian_ends W b Y L0 ends q_in) _.
rewrite /fact13 rE PoszD addrK le_eqVlt; apply/orP; left; apply/eqP.
by move: (q_bias_of _ _ _)%:Z (hidden_total _ _)%:Z (\rank X)%:Z (M L)%:Z L%:Z => *; int_ring.
Qed.
End UpperBound.

(* The published Fact 13 is refuted at all the widths n, n, n + 1. No hidden width is below       *)
(* min(d, K) = n, yet (x, 1) has rank n + 1 and the hidden layer only n neurons.                  *)
Section Refutation.
Variables (F : fieldType) (n : nat).

Definition refuting_widths (i : nat) : nat := if i is _.+2 then (n + 1)%N else n.
Notation M := refuting_widths.

(* Inputs: the n unit vectors and 0; labels: the n + 1 unit vectors. *)
Definition refuting_inputs : 'M[F]_(M 0%N, n + 1) := row_mx 1%:M 0.
Definition refuting_labels : 'M[F]_(M 2, n + 1) := 1%:M.
Notation X := refuting_inputs.
Notation Y := refuting_labels.

(* The samples (x, 1) of the refuting data are a basis. *)
Lemma refuting_data_unit : (augmented X : 'M_(n + 1)) \in unitmx.
Proof.
have -> : augmented X = block_mx 1%:M 0 (const_mx 1) (const_mx 1 : 'M_1).
  rewrite /augmented /block_mx; congr col_mx.
  by apply/rowP => j; rewrite !mxE; case: splitP => k _; rewrite mxE.
by rewrite unitmxE det_lblock det1 mul1r det_mx11 mxE unitr1.
Qed.

(* The refuting inputs have rank n, and rank n + 1 with the constant. *)
Lemma rank_refuting_inputs : \rank X = n /\ \rank (augmented X) = (n + 1)%N.
Proof.
split; last exact: mxrank_unit refuting_data_unit.
apply/eqP; rewrite -/(row_free _); apply/row_freeP; exists (col_mx 1%:M 0).
by rewrite mul_row_col mul1mx mul0mx addr0.
Qed.

(* At the widths n, n, n + 1 Fact 13 has a rank that is one below the number of parameters. *)
Lemma fact13_refuting : fact13 2 M n + 1 = (M 1 * (M 0 + 1) + M 2 * (M 1 + 1))%N%:Z.
Proof.
have q : q_bias_of 2 M n = n.
  rewrite /q_bias_of /narrowest_hidden /= /index_iota /= big_cons big_nil minnn addn1.
  by rewrite (minn_idPl (leqnSn n)) (minn_idPr (leqnSn n)).
rewrite /fact13 q /hidden_total big_nat1 /= !PoszD !PoszM !PoszD.
by move: n%:Z => k; int_ring.
Qed.

Hypothesis n1_neq0 : (n + 1)%:R != 0 :> F.

(* Fact 13 is refuted at the widths n, n, n + 1: with all weights and biases zero, on inputs of *)
(* rank n, the Hessian of the loss with biases has rank fact13 + 1, the number of parameters.   *)
(* Over any field in which n + 1 is not zero.                                                   *)
Theorem fact13_refuted_at_zero :
  (\rank (biased_hessian (fun i => 0 : 'M_(M i.+1, M i)) (fun i => 0 : 'cV_(M i.+1)) X Y))%:Z
  = fact13 2 M (\rank X) + 1.
Proof.
have [-> _] := rank_refuting_inputs; rewrite fact13_refuting; congr Posz.
apply: rank_zero_weights => //; rewrite /Y trmx1 mulmx1.
  by rewrite row_free_unit refuting_data_unit.
by rewrite row_full_unit refuting_data_unit.
Qed.

(* Fact 13 is refuted for almost all weights and biases at the widths n, n, n + 1, where no   *)
(* hidden width is below min(d, K): on inputs of rank n, for which (x, 1) has rank n + 1, the *)
(* Hessian of the loss with biases has rank fact13 + 1. Over any field in which n + 1 is not  *)
(* zero.                                                                                      *)
Theorem fact13_refuted :
  [/\ \rank X = n, \rank (augmented X) = (n + 1)%N, (minn (M 0%N) (M 2) <= M 1%N)%N &
  almost_all (fun w : 'rV[F]_(\sum_(l < 2) biased_size M l) =>
    (\rank (biased_hessian (weights_of w) (biases_of w) X Y))%:Z = fact13 2 M (\rank X) + 1)].
Proof.
have [rX raX] := rank_refuting_inputs; split=> //; first by rewrite geq_minl.
apply: (@generic_biased_rank_eq _ _ _ _ _ (fun W c => biased_hessian W c X Y)).
- by move=> W W' c c' WW cc; apply: biased_hessian_local.
- exact: polynomial_biased_hessian.
- move=> W c; rewrite rX fact13_refuting lez_nat (leq_trans (rank_leq_row _)) //.
  by rewrite big_ord_recl big_ord1.
by exists (fun i => 0), (fun i => 0); apply: fact13_refuted_at_zero.
Qed.
End Refutation.

(* The smallest network that refutes Fact 13, of widths 1, 1, 2 over the rationals: the published *)
(* rank is 5, and at almost all weights and biases the Hessian of the loss has rank 6.            *)
Corollary fact13_refuted_smallest
    (X := refuting_inputs rat_fieldType 1) (Y := refuting_labels rat_fieldType 1) :
  fact13 2 (refuting_widths 1) 1 = 5 /\
  almost_all (fun w : 'rV[rat_fieldType]_(\sum_(l < 2) biased_size (refuting_widths 1) l) =>
    \rank (biased_hessian (weights_of w) (biases_of w) X Y)
    = 6%N).
Proof.
have five : fact13 2 (refuting_widths 1) 1 = 5.
  by apply: (addIr 1); rewrite fact13_refuting.
have [rX _ _] := @fact13_refuted rat_fieldType 1 isT.
by rewrite rX five => all6; split=> //; apply: almost_all_imp all6 => w [].
Qed.
