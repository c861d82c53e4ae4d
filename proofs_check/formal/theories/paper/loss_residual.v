From mathcomp Require Import all_ssreflect all_algebra.
From Hessproof Require Import chain loss hessian upper_bound residual_bound int_ring.
From Hessproof Require Import formulas narrowest generic generic_hessian generic_residual.
From Hessproof.paper Require Import fact7 overlap any_residual.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* The rank of the Hessian of the loss for a residual of rank s, which may be below q: a bound  *)
(* for all weights and data, and the rank itself at almost all weights. (Singh et al. 2021 have *)
(* Fact 7 only, which is the case s >= q.)                                                      *)

(* The bound, with what it subtracts on the other side.                                         *)
Lemma loss_boundE L M r s :
  let q := q_of L M r in let t := qhat_of L M r s in
  loss_bound L M r s + (L * (t * t) + q * q)%:Z
  = (2 * t * hidden_total L M + q * (r + M L) + t * t)%:Z.
Proof. move=> q t; rewrite /loss_bound !(PoszD, PoszM) -/q -/t; int_ring. Qed.

(* With one layer it is Fact 7's value, and without layers it is not negative. *)
Lemma loss_bound_one_layer M r s : loss_bound 1 M r s = fact7 1 M r.
Proof. rewrite /loss_bound /fact7 /hidden_total big_geq //; int_ring. Qed.

Lemma loss_bound_no_layers M r s : 0 <= loss_bound 0 M r s.
Proof.
rewrite -(ler_add2r (0 * (qhat_of 0 M r s * qhat_of 0 M r s)
                     + q_of 0 M r * q_of 0 M r)%:Z) loss_boundE add0r.
rewrite mul0n add0n lez_nat mulnDr -!addnA addnCA -[X in (X <= _)%N]addn0.
by rewrite leq_add // leq_mul2l q_of_le_rank orbT.
Qed.

(* It is never more than Fact 7's value, and less if L >= 2 and s < q.                          *)
Lemma loss_bound_fact7 L M r s : (0 < L)%N ->
  let q := q_of L M r in let t := qhat_of L M r s in
  fact7 L M r - loss_bound L M r s
  = (q%:Z - t%:Z) * (2%:Z * ((hidden_total L M)%:Z - (L.-1 * q)%:Z) + L.-1%:Z * (q%:Z - t%:Z)).
Proof.
case: L => // L _ q t; rewrite /loss_bound /fact7 -/q -/t PoszM (intS L) /=.
move: (hidden_total _ _) q t => h q t; int_ring.
Qed.

(* Every hidden layer has at least q neurons. *)
Lemma hidden_total_ge L M r : (L.-1 * q_of L M r <= hidden_total L M)%N.
Proof.
rewrite -subn1 -sum_nat_const_nat /hidden_total big_nat [X in (_ <= X)%N]big_nat.
by apply: leq_sum => l /andP[l0 lL]; rewrite q_of_le_width // l0 ltnW.
Qed.

(* For L >= 1 layers the bound for a residual of rank s is at most Fact 7's value. *)
Theorem loss_bound_le L M r s : (0 < L)%N -> loss_bound L M r s <= fact7 L M r.
Proof.
move=> L0; rewrite -subr_ge0 loss_bound_fact7 // mulr_ge0 ?subr_ge0 ?lez_nat ?qhat_of_le_q //.
by rewrite addr_ge0 ?mulr_ge0 ?subr_ge0 ?lez_nat ?qhat_of_le_q ?hidden_total_ge.
Qed.

(* For L >= 2 layers and s < q the bound is below Fact 7's value. *)
Theorem loss_bound_lt L M r s : (1 < L)%N -> (s < q_of L M r)%N ->
  loss_bound L M r s < fact7 L M r.
Proof.
move=> L1 sq; have tq : (qhat_of L M r s < q_of L M r)%N.
  exact: leq_ltn_trans (qhat_of_le_residual L M r s) sq.
rewrite -subr_gt0 loss_bound_fact7 ?(ltnW L1) // mulr_gt0 ?subr_gt0 ?ltz_nat //.
apply: ltr_paddl; first by rewrite mulr_ge0 ?subr_ge0 ?lez_nat ?hidden_total_ge.
by rewrite mulr_gt0 ?subr_gt0 ?ltz_nat // -subn1 subn_gt0.
Qed.

Section AnyField.
Variables (F : fieldType) (M : nat -> nat) (L N : nat).
Variables (W : forall i, 'M[F]_(M i.+1, M i)) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)).

(* The rank of the Hessian of the square loss is at most                                        *)
(*   q (r + K - q) + 2 qhat M - (L - 1) qhat^2,                                                 *)
(* where r is the rank of the inputs X, s that of X times the transposed residual, K the output *)
(* width, M the sum of the hidden widths, q = min(r, M_1, ..., M_(L-1), K), qhat = min(q, s):   *)
(* for all weights and all data, over any field, for any number of layers and any widths, zero  *)
(* included.  For L >= 2 and s < q this is less than Fact 7's value.                            *)
Theorem loss_residual_bound :
  (\rank (loss_hessian W X Y))%:Z
  <= loss_bound L M (\rank X) (\rank (X *m (residual X Y W)^T)).
Proof.
have := fact7_upper_bound W X Y; case: L Y => [|[|L']] Y' fact.
- apply: le_trans (loss_bound_no_layers _ _ _).
  by rewrite lez_nat; apply: leq_trans (rank_leq_row _) _; rewrite big_ord0.
- by rewrite loss_bound_one_layer.
set s := \rank (X *m _); have [qs|sq] := leqP (q_of L'.+2 M (\rank X)) s.
  by rewrite -[loss_bound _ _ _ _]/(loss_generic _ _ _ _) loss_generic_fact7.
rewrite -(ler_add2r (L'.+2 * (qhat_of L'.+2 M (\rank X) s * qhat_of L'.+2 M (\rank X) s)
                     + q_of L'.+2 M (\rank X) * q_of L'.+2 M (\rank X))%:Z).
rewrite loss_boundE qhat_ofE (minn_idPr (ltnW sq)) -PoszD lez_nat.
(* In a basis of the data.                                                                      *)
pose M' := reduced_widths M (\rank X); pose W' := reduced (col_base X) W.
pose Z : 'M_(M' L'.+2, N) := Y'.
apply: (leq_trans (leq_add (rank_loss_hessian_reduced W X Y') (leqnn _))).
have res : residual (row_base X) Z W' = residual X Y' W.
  by rewrite /residual /W' reduced_chain -mulmxA mulmx_base.
have rank_s : \rank (row_base X *m (residual (row_base X) Z W')^T) = s.
  by rewrite res -(eqmxMfull _ (col_base_full X)) mulmxA mulmx_base.
have qm l : (l <= L'.+2)%N -> (q_of L'.+2 M (\rank X) <= M' l)%N.
  by case: l => [|l] lL; [apply: q_of_le_rank | apply: q_of_le_width].
have [m mL mE] : exists2 m, (m <= L'.+2)%N & q_of L'.+2 M (\rank X) = M' m.
  have [->|[[|m] // /andP[_ mL] ->]] := q_of_attained M (\rank X) (ltn0Sn L'.+1).
    by exists 0%N.
  by exists m.+1.
rewrite mE in qm sq *.
have := @rank_loss_hessian_residual _ M' W' L'.+2 N (row_base X) Z isT m mL qm.
rewrite rank_s => /(_ (ltnW sq)) bound; apply: leq_trans bound _.
by rewrite /hidden_total !big_add1.
Qed.
End AnyField.

(* The bound is the rank of almost all networks: for L >= 2 layers, all ranks r <= M_0 and      *)
(* s <= min(r, K) there are inputs X of rank r and a residual E with X E^T of rank s, such that *)
(* for almost all weights, with the labels that have this residual, the rank of the Hessian of  *)
(* the loss is                                                                                  *)
(*   q (r + K - q) + 2 qhat M - (L - 1) qhat^2,                                                 *)
(* where K is the output width, M the sum of the hidden widths, q = min(r, M_1, ..., K) and     *)
(* qhat = min(q, s).  The field is any in which 2, 3 and 2L - 1 are not zero.                   *)
Theorem any_residual_exact (F : fieldType) (M : nat -> nat) (L r s : nat) :
    (1 < L)%N -> (r <= M 0)%N -> (s <= r)%N -> (s <= M L)%N ->
    2%:R != 0 :> F -> 3%:R != 0 :> F -> (2 * L).-1%:R != 0 :> F ->
  exists (X : 'M[F]_(M 0%N, r)) (E : 'M[F]_(M L, r)),
    [/\ \rank X = r, \rank (X *m E^T) = s
      & almost_all (fun w : 'rV[F]_(\sum_(l < L) layer_size M l) =>
          (\rank (loss_hessian (direction w) X (labels_with X E (direction w))))%:Z
          = loss_generic L M r s)].
Proof.
move=> L1 r0 sr sL two three odd.
have [W [X [Y [rX rE large]]]] := any_residual_attained L1 r0 sr sL two three odd.
set E := residual X Y W in rE *; exists X, E; split=> //.
pose f W := loss_hessian W X (labels_with X E W).
have small W' : (\rank (f W'))%:Z <= loss_generic L M r s.
  by have := loss_residual_bound W' X (labels_with X E W'); rewrite residual_labels_with rX rE.
apply: (@generic_rank_eq _ _ _ _ _ f) => //.
- exact: loss_residual_local.
- exact: polynomial_loss_residual.
by exists W; apply: le_anti; rewrite small /f (labels_withE (erefl _)).
Qed.
