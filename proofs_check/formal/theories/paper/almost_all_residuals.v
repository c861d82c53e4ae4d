From mathcomp Require Import all_ssreflect all_algebra.
From SsrMultinomials Require Import mpoly.
From Hessproof Require Import chain loss hessian functional_column column_rank column_bound.
From Hessproof Require Import column_attained.
From Hessproof Require Import formulas narrowest.
From Hessproof Require Import generic generic_hessian generic_residual generic_column.
From Hessproof.paper Require Import functional_generic any_residual.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* The functional Hessian for almost all weights. Its rank depends on the rank s of X times the *)
(* transposed residual, so the residual is held fixed: for any inputs X and any residual E, and *)
(* for almost all weights, with the labels Y = W_(L-1) ... W_0 X - E that have this residual.   *)

(* The functional Hessian H_f for any inputs X and any fixed residual E: at almost all weights,  *)
(* with the labels that leave E, it has rank 2 qhat M + 2 qhat s - L qhat^2 for L >= 2 and 0 for *)
(* L = 1, where s = rk X E^T and qhat = min(r, M_1, ..., M_(L-1), K, s). Over any field in which *)
(* L - 1 is not zero.                                                                            *)
Theorem functional_almost_all (F : fieldType) (M : nat -> nat) (L N : nat)
    (X : 'M[F]_(M 0%N, N)) (E : 'M[F]_(M L, N)) :
    (0 < L)%N -> (L == 1%N) || (L.-1%:R != 0 :> F) ->
  almost_all (fun w : 'rV[F]_(\sum_(l < L) layer_size M l) =>
    (\rank (functional_hessian (direction w) X (labels_with X E (direction w))))%:Z
    = functional_generic L M (\rank X) (\rank (X *m E^T))).
Proof.
move=> L0 char; pose f W := functional_hessian W X (labels_with X E W).
apply: (@generic_rank_eq _ _ _ _ _ f) => [W W'||W|].
- exact: functional_residual_local.
- exact: polynomial_functional_residual.
- have := functional_upper_bound X W (labels_with X E W) L0.
  by rewrite residual_labels_with.
have [W [Y [resE rankW]]] := functional_attained_every_residual X E L0 char.
by exists W; rewrite /f (labels_withE resE).
Qed.

(* Singh et al. 2021, Theorem 5, for almost all weights, over any field, for any inputs X and any *)
(* fixed residual E, with at least two layers: each block column of the functional Hessian has    *)
(* the rank that the theorem says. Layer l here is the paper's layer l + 1.                       *)
Theorem theorem5_almost_all (F : fieldType) (M : nat -> nat) (L N : nat)
    (X : 'M[F]_(M 0%N, N)) (E : 'M[F]_(M L, N)) (l : 'I_L) : (1 < L)%N ->
  almost_all (fun w : 'rV[F]_(\sum_(l < L) layer_size M l) =>
    (\rank (functional_column (direction w) X (labels_with X E (direction w)) l))%:Z
    = thm5 L M (\rank X) (\rank (X *m E^T)) l.+1).
Proof.
move=> L1; have hidden c : (0 < c < L)%N ->
    (qhat_of L M (\rank X) (\rank (X *m E^T)) <= M c)%N.
  by case/andP=> c0 cL; apply: qhat_of_le_width; rewrite c0 ltnW.
have := generic_whole_product l L1 (qhat_of_le_residual L M (\rank X) _) hidden.
apply: almost_all_imp => w large.
set Y := labels_with _ _ _ in large *; have resE : residual X Y (direction w) = E.
  exact: residual_labels_with.
rewrite -resE in large *; rewrite functional_column_generic.
  exact: (column_bound_ends (direction w) X Y l.+1 L1).
by apply/eqP; rewrite eqn_leq rank_whole_product_le.
Qed.

(* The Hessian of the loss for a residual of any rank s: for all ranks r <= d and s <= min(r, K)  *)
(* there are inputs of rank r and a residual E with rk X E^T = s, such that at almost all         *)
(* weights, with the labels that leave E, the rank is at least q (r + K - q) + 2 qhat M - (L - 1) *)
(* qhat^2. For L >= 2, over any field in which 2, 3 and 2L - 1 are not zero.                      *)
Theorem any_residual_almost_all (F : fieldType) (M : nat -> nat) (L r s : nat) :
    (1 < L)%N -> (r <= M 0)%N -> (s <= r)%N -> (s <= M L)%N ->
    2%:R != 0 :> F -> 3%:R != 0 :> F -> (2 * L).-1%:R != 0 :> F ->
  exists (X : 'M[F]_(M 0%N, r)) (E : 'M[F]_(M L, r)),
    [/\ \rank X = r, \rank (X *m E^T) = s
      & almost_all (fun w : 'rV[F]_(\sum_(l < L) layer_size M l) =>
          loss_generic L M r s
          <= (\rank (loss_hessian (direction w) X (labels_with X E (direction w))))%:Z)].
Proof.
move=> L1 r0 sr sL two three odd.
have [W [X [Y [rX rE large]]]] := any_residual_attained L1 r0 sr sL two three odd.
exists X, (residual X Y W); split=> //.
have local := @loss_residual_local _ _ _ _ X (residual X Y W).
apply: almost_all_imp (generic_rank_ge local (polynomial_loss_residual _ _) W) => w.
by rewrite (labels_withE (erefl _)) -lez_nat; apply: le_trans.
Qed.
