From mathcomp Require Import all_ssreflect all_algebra.
From Hessproof Require Import chain loss hessian upper_bound elimination every_data_set.
From Hessproof Require Import rectangular_identities residual_attained formulas narrowest int_ring.
From Hessproof.paper Require Import fact7 overlap.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* The rank of the loss Hessian for a residual of any rank s, attained: for L >= 2, all ranks *)
(* r <= M_0 and s <= min(r, K) there are inputs of rank r, labels and weights whose residual *)
(* times the inputs has rank s, such that the rank is at least *)
(*   q (r + K - q) + 2 qhat M - (L - 1) qhat^2,   q = min(r, M_1, ..., K), qhat = min(q, s). *)
(* Where s >= q this is Fact 7, and the rank is equal to it: Fact 7's bound holds for all *)
(* weights. The field is any in which 2, 3 and 2L - 1 are not zero. *)

(* The formula for a residual of rank s, with what it subtracts on the other side. *)
Lemma loss_genericE L M r s : (0 < L)%N ->
  let q := q_of L M r in let t := qhat_of L M r s in
  loss_generic L M r s + (L * (t * t) + q * q)%:Z
  = (2 * t * hidden_total L M + q * (r + M L) + t * t)%:Z.
Proof.
move=> L0 q t; rewrite /loss_generic !(PoszD, PoszM) -/q -/t; int_ring.
Qed.

(* For L >= 2 and all ranks r <= d and s <= min(r, K) there are weights, inputs X of rank r and  *)
(* labels whose residual times X has rank s, such that the Hessian of the loss has rank q (r + K *)
(* - q) + 2 qhat M - (L - 1) qhat^2 or more. Over any field in which 2, 3 and 2L - 1 are not     *)
(* zero.                                                                                         *)
Theorem any_residual_attained (F : fieldType) (M : nat -> nat) (L r s : nat) :
    (1 < L)%N -> (r <= M 0)%N -> (s <= r)%N -> (s <= M L)%N ->
    2%:R != 0 :> F -> 3%:R != 0 :> F -> (2 * L).-1%:R != 0 :> F ->
  exists (W : forall i, 'M[F]_(M i.+1, M i)) (X : 'M[F]_(M 0%N, r)) (Y : 'M[F]_(M L, r)),
    [/\ \rank X = r, \rank (X *m (residual X Y W)^T) = s
      & loss_generic L M r s <= (\rank (loss_hessian W X Y))%:Z].
Proof.
case: L => // L' L1 r0 sr sL two three odd; set q := q_of L'.+1 M r.
pose m := reduced_widths M r; pose X0 : 'M[F]_(M 0%N, r) := pid_mx r.
have BX : (pid_mx r : 'M[F]_(r, M 0%N)) *m X0 = 1%:M.
  by rewrite /X0 mul_pid_mx minnn (minn_idPr r0) pid_mx_1.
have qm l : (l <= L'.+1)%N -> (q <= m l)%N.
  by case: l => [|l] lL; [apply: q_of_le_rank | apply: q_of_le_width].
have gL : (L'.+1%:R ^+ 2 - 1 ^+ 2 * L'%:R ^+ 2 : F) != 0.
  move: odd; rewrite expr1n mul1r subr_sqr -natrB // subSnn mul1r -natrD addSn addnn -mul2n.
  by rewrite mulnS.
have h1 : (2%:R : F) ^+ 2 != 1.
  by rewrite -subr_eq0 -natrX -[1]/(1%:R) -natrB.
pose W := cut_identity F m q.
pose Y : 'M[F]_(M L'.+1, r) := two_labels m L' q s (1 : F) 2%:R.
exists (lifted_weights (M := M) (pid_mx r : 'M_(r, _)) W), X0, Y.
have rE : residual X0 Y (lifted_weights (M := M) (pid_mx r : 'M_(r, _)) W)
          = residual (1%:M : 'M_(m 0%N)) (Y : 'M_(m L'.+1, _)) W.
  rewrite /residual -(chain_extW (reduced_lift (M := M) BX W)) reduced_chain mulmx1.
  by [].
have GE : X0 *m (residual X0 Y (lifted_weights (M := M) (pid_mx r : 'M_(r, _)) W))^T
            = X0 *m two_values m L' q s (1 : F) 2%:R.
  by rewrite rE -(residual_cut m L' q s 1 2%:R) mul1mx.
split.
- by rewrite rank_pid_mx.
- have rk := @rank_two_values F m L' q s 1 2%:R qm sr sL (oner_neq0 F) two.
  rewrite GE; move: rk; set G1 := two_values _ _ _ _ _ _ => rk.
  have e : G1 = (pid_mx r : 'M_(r, _)) *m (X0 *m G1) by rewrite mulmxA BX mul1mx.
  have le : (\rank (X0 *m G1) <= \rank G1)%N := mxrankM_maxr _ _.
  have ge : (\rank G1 <= \rank (X0 *m G1))%N by rewrite {1}e; apply: mxrankM_maxr.
  by apply/eqP; rewrite eqn_leq -rk le ge.
rewrite -(ler_add2r (L'.+1 * (qhat_of L'.+1 M r s * qhat_of L'.+1 M r s) + q * q)%:Z).
rewrite loss_genericE // -PoszD lez_nat -/q qhat_ofE -/q.
have := @rank_cut_ge F m L' q s 1 2%:R L1 qm sr sL (oner_neq0 F) gL h1.
have := rank_loss_hessian_lift (M := M) 1%:M BX Y W; rewrite mulmx1 => lift ge.
have -> : hidden_total L'.+1 M = (\sum_(1 <= l < L'.+1) m l)%N by rewrite /hidden_total !big_add1.
by apply: (leq_trans ge); rewrite [X in (_ <= X)%N]addnA !leq_add2r.
Qed.

(* Where the residual's rank s is at least q, for L >= 2: some weights, inputs X of rank r and   *)
(* labels whose residual times X has rank s give the Hessian of the loss exactly the rank of the *)
(* formula, which is that of Fact 7, the bound for all weights and data. Over any field in which *)
(* 2, 3 and 2L - 1 are not zero.                                                                 *)
Theorem any_residual_large (F : fieldType) (M : nat -> nat) (L r s : nat) :
    (1 < L)%N -> (r <= M 0)%N -> (s <= r)%N -> (s <= M L)%N -> (q_of L M r <= s)%N ->
    2%:R != 0 :> F -> 3%:R != 0 :> F -> (2 * L).-1%:R != 0 :> F ->
  exists (W : forall i, 'M[F]_(M i.+1, M i)) (X : 'M[F]_(M 0%N, r)) (Y : 'M[F]_(M L, r)),
    [/\ \rank X = r, \rank (X *m (residual X Y W)^T) = s
      & (\rank (loss_hessian W X Y))%:Z = loss_generic L M r s].
Proof.
move=> L1 r0 sr sL qs two three odd.
have [W [X [Y [rX rG ge]]]] := any_residual_attained L1 r0 sr sL two three odd.
exists W, X, Y; split=> //; apply: le_anti; rewrite ge andbT loss_generic_fact7 //.
by have := fact7_upper_bound W X Y; rewrite rX.
Qed.
