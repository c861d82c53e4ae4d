From mathcomp Require Import all_ssreflect all_algebra.
From Hessproof Require Import int_ring formulas narrowest.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* Singh et al. 2021, Sec. 4.4: the ranks of H_o and H_f add up to more than that of H_L; for two *)
(* layers or more the excess of the generic ranks is 2 qhat s - qhat^2, which is 2 q s - q^2 if *)
(* the residual's rank s is at least q. These are identities between the formulas.              *)

(* The generic rank of H_L for a residual of any rank s is that of Fact 7 if s >= q.            *)
Theorem loss_generic_fact7 L M r s :
  (q_of L M r <= s)%N -> loss_generic L M r s = fact7 L M r.
Proof. move=> qs; rewrite /loss_generic /fact7 qhat_of_q //; int_ring. Qed.

(* The generic ranks of H_o and H_f add up to 2 qhat s - qhat^2 more than that of H_L, for two *)
(* layers or more and all ranks r of the data and s of the residual.                           *)
Theorem overlap_identity L M r s : (1 < L)%N ->
  outer_generic L M r + functional_generic L M r s - loss_generic L M r s
  = overlap_generic L M r s.
Proof.
move=> L1; rewrite /outer_generic /functional_generic ifN ?neq_ltn ?L1 ?orbT //.
rewrite /loss_generic /overlap_generic; int_ring.
Qed.

(* With one layer H_f = 0 and H_L = H_o: no excess, although 2 qhat s - qhat^2 need not vanish. *)
Lemma overlap_one_layer M r s :
  outer_generic 1 M r + functional_generic 1 M r s - loss_generic 1 M r s = 0.
Proof.
rewrite /outer_generic /functional_generic /loss_generic /hidden_total eqxx big_geq //.
int_ring.
Qed.

(* If the residual's rank s is at least q, the excess 2 qhat s - qhat^2 is 2 q s - q^2, as in the *)
(* paper.                                                                                         *)
Corollary overlap_residual L M r s :
  (q_of L M r <= s)%N -> overlap_generic L M r s = overlap L M r s.
Proof. by move=> qs; rewrite /overlap_generic qhat_of_q. Qed.
