From mathcomp Require Import all_ssreflect all_algebra.
From Hessproof Require Import int_ring chain bias bias_decoupling formulas narrowest.
From Hessproof Require Import bias_functional_cut bias_residual_bound.
From Hessproof.paper Require Import fact13 loss_bias.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* The rank of the Hessian of the loss with bias for a residual of any rank s~ = rk E[(x, 1)      *)
(* delta^T], where E[delta] is not zero (this project's amendment of Fact 13; fact13.v has the    *)
(* bound for the largest s~): a bound for all weights, biases and data.                           *)

(* Above the narrowest hidden width the formula is the same for each s~, *)
Lemma loss_bias_generic_bottleneck L M m r s s' :
    (narrowest_hidden L M < s)%N -> (narrowest_hidden L M < s')%N ->
  loss_bias_generic L M m r s 1 = loss_bias_generic L M m r s' 1.
Proof.
have cut t : (narrowest_hidden L M < t)%N -> s_cut_of L M t = narrowest_hidden L M.
  by move=> ht; apply/minn_idPl/ltnW.
have next t : (narrowest_hidden L M < t)%N -> s_next_of L M t = (narrowest_hidden L M + 1)%N.
  by move=> ht; apply/minn_idPr; rewrite addn1.
by move=> hs hs'; rewrite /loss_bias_generic !cut ?next.
Qed.

(* and with one layer, too. *)
Lemma loss_bias_generic_one_layer L M m r s s' : L = 1%N ->
  loss_bias_generic L M m r s 1 = loss_bias_generic L M m r s' 1.
Proof.
move=> ->; rewrite /loss_bias_generic /hidden_total !big_geq ?addn1 //.
by rewrite subrr !(mulr0, mul0r, addr0, subr0).
Qed.

Section AnyField.
Variables (F : fieldType) (M : nat -> nat).
Variables (W : forall i, 'M[F]_(M i.+1, M i)) (b : forall i, 'cV[F]_(M i.+1)).

(* The dimension of the changes of the prediction that the residual allows (bias_residual_bound.v *)
(* names them): at most K + q (K + r~ - 1 - q) - s~ (s~ - 1), with q = min(r~ - 1, M_1, ...,      *)
(* M_(L-1), K), if s~ < r~ and s~ <= q. L + 1 layers here.                                        *)
Lemma rank_prediction_le L N (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L.+1, N))
    (r := \rank (augmented X)) (s := \rank (residual_moment W b X Y))
    (q := q_centred_of L.+1 M r) :
    (0 < L)%N -> (s <= q)%N -> (s < r)%N ->
  (\rank (prediction_changes W b X Y) + (s * s.-1 + q * q) <= M L.+1 + q * (M L.+1 + r.-1))%N.
Proof.
move=> L0 sq sr; have r0 := leq_ltn_trans (leq0n s) sr.
have qr : (q < r)%N.
  by apply: leq_ltn_trans (q_of_le_rank _ _ _) _; rewrite subn1 prednK.
have ends : (M L.+1 * r + q * q <= M L.+1 + q * (M L.+1 + r.-1))%N ->
    (\rank (prediction_changes W b X Y) + (s * s.-1 + q * q)
     <= M L.+1 + q * (M L.+1 + r.-1))%N.
  apply: leq_trans; rewrite addnA leq_add2r; exact: rank_prediction_ends.
have [qE|[l /andP[l0 lL] qE]] := q_of_attained M (r - 1) (ltn0Sn L);
  rewrite -q_centred_ofE -/q in qE.
  apply: ends; rewrite qE subn1 -{1}(prednK r0) mulnS -addnA leq_add2l mulnDr.
  by rewrite mulnC.
move: lL; rewrite leq_eqVlt => /orP[/eqP lE|lL]; last first.
  rewrite qE; apply: rank_prediction_hidden; rewrite ?l0 -?qE //.
  exact: q_of_le_outputs.
by apply: ends; rewrite qE lE -{1}(prednK r0) mulnS -addnA leq_add2l mulnDr addnC.
Qed.

(* Below: s~ at most each hidden width, and not the largest. L + 1 layers here.                   *)
Lemma loss_bias_bound_small L N m (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L.+1, N))
    (r := \rank (augmented X)) (s := \rank (residual_moment W b X Y)) :
    (0 < L)%N -> (s <= narrowest_hidden L.+1 M)%N -> (s < r)%N -> (s < M L.+1)%N ->
  (\rank (biased_hessian W b X Y))%:Z <= loss_bias_generic L.+1 M m r s 1.
Proof.
move=> L0 sh s_r s_K; have hidden l : (0 < l <= L)%N -> (s <= M l)%N.
  by case/andP=> l0 lL; rewrite (leq_trans sh) // narrowest_hidden_le // l0.
set q := q_centred_of L.+1 M r.
have sq : (s <= q)%N.
  apply: leq_q_of => // [|l /andP[l0]]; first by rewrite leq_subRL ?add1n // (leq_ltn_trans _ s_r).
  by rewrite leq_eqVlt => /orP[/eqP->|lL]; [apply: ltnW | apply: hidden; rewrite l0].
have changes := rank_prediction_le L0 sq s_r; rewrite -/s -/r -/q in changes.
have wide l : (0 < l < L)%N -> (s <= M l + 1)%N.
  by case/andP=> l0 lL; apply: leq_trans (leq_addr _ _); rewrite hidden // l0 ltnW.
have := rank_biased_hessian_residual wide; rewrite -lez_nat PoszD (residual_total m L0 hidden).
move=> /le_trans; apply.
rewrite -ler_subr_addl.
apply: le_trans (_ : (M L.+1 + q * (M L.+1 + r.-1))%N%:Z - (s * s.-1 + q * q)%N%:Z <= _).
  by rewrite ler_subr_addr -PoszD lez_nat.
have cut : s_cut_of L.+1 M s = s by apply/minn_idPr.
have next : s_next_of L.+1 M s = s by apply/minn_idPl; rewrite addn1 leqW.
rewrite /loss_bias_generic /functional_bias_bound -/s cut next -/q eqSS (gtn_eqF L0).
rewrite subrr mul0r le_eqVlt; apply/orP; left; apply/eqP.
rewrite !(PoszD, PoszM) predn_int ?(leq_ltn_trans _ s_r) //.
have -> : s%:Z * s.-1%:Z = s%:Z * (s%:Z - 1).
  by case: (posnP s) => [->|s0]; rewrite ?mul0r // predn_int.
move: (hidden_total _ _)%:Z => T; move: (L.+1)%:Z => L1.
int_ring.
Qed.

(* The rank of the Hessian of the loss with biases is at most the formula for E[delta] <> 0 at    *)
(* r~, the rank of the data (x, 1), and s~ = rk E[(x, 1) delta^T] at the given parameters:        *)
(*   K + qbar (K + r~ - 1 - qbar) + 2 s~ M - (L - 1) s~ (s~ - 1),                                 *)
(* if s~ is at most each hidden width, where K is the output width, M the sum of the hidden       *)
(* widths and qbar = min(r~ - 1, M_1, ..., M_(L-1), K); otherwise with the narrowest hidden width *)
(* M_m for s~ and 2 (M_l - M_m) more for each hidden layer l behind m. For all weights, biases    *)
(* and data, over any field, for any widths and one layer or more; where E[delta] = 0, too. m is  *)
(* a narrowest hidden layer, if there is one; the last one gives the smallest bound.              *)
Theorem loss_bias_bound_every L N m (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N))
    (s := \rank (augmented X *m (biased_residual W b X Y)^T)) : (0 < L)%N ->
    ((1 < L)%N -> (0 < m < L)%N /\ M m = narrowest_hidden L M) ->
  (\rank (biased_hessian W b X Y))%:Z <= loss_bias_generic L M m (\rank (augmented X)) s 1.
Proof.
move=> L0 mE; have largest := loss_bias_upper_bound W b X Y L0 mE; move: largest.
rewrite -[loss_bias_bound _ _ _ _ _ _]/(loss_bias_generic _ _ _ _ _ _).
have sr : (s <= \rank (augmented X))%N by apply: mxrankM_maxl.
have sK : (s <= M L)%N by apply: rank_leq_col.
have s_min : (s <= minn (\rank (augmented X)) (M L))%N by rewrite leq_min sr.
have [hs|sh] := ltnP (narrowest_hidden L M) s.
  by rewrite (@loss_bias_generic_bottleneck _ _ _ _ _ s) // (leq_trans hs).
have [L1|L1] := leqP L 1.
  by rewrite (@loss_bias_generic_one_layer _ _ _ _ _ s) //; apply/eqP; rewrite eqn_leq L1.
have [->//|s_neq _] := eqVneq s (minn (\rank (augmented X)) (M L)).
have /andP[s_r s_K] : (s < \rank (augmented X))%N && (s < M L)%N.
  by rewrite -leq_min ltn_neqAle s_neq.
case: L L0 L1 Y {mE sr sK s_min s_neq} @s sh s_r s_K => // L' _ L0 Y s sh s_r s_K.
exact: loss_bias_bound_small.
Qed.
End AnyField.
