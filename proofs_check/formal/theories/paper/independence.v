From mathcomp Require Import all_ssreflect all_algebra.
From SsrMultinomials Require Import mpoly.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import chain loss hessian outer_rank outer_bound functional_column.
From Hessproof Require Import column_bound column_rank functional_bound formulas narrowest int_ring.
From Hessproof Require Import generic generic_hessian generic_residual.
From Hessproof.paper Require Import overlap theorem5 corollary6 almost_all_residuals.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* Singh et al. 2021, Section 4.3: the block columns of the functional Hessian have independent   *)
(* column spaces, so that its rank is the sum of their ranks. At given weights this holds for two *)
(* layers; for more it holds at almost all weights.                                               *)

(* For two layers the rank of H_f is the sum of the ranks of its two block columns, for all       *)
(* weights and data, over any field.                                                              *)
Theorem independence_two_layers (F : fieldType) (M : nat -> nat) (N : nat)
    (W : forall i, 'M[F]_(M i.+1, M i)) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M 2%N, N)) :
  (\rank (functional_hessian W X Y))%:Z = \sum_(l < 2) (\rank (functional_column W X Y l))%:Z.
Proof.
rewrite corollary6_two_layers (eq_bigr _ (fun l _ => theorem5_two_layers W X Y l)).
rewrite big_ord_recl big_ord1 /cor6_two_layers /thm5 /= /hidden_total big_nat1.
move: (qhat_of _ _ _ _)%:Z (M 1%N)%:Z (\rank _)%:Z => *; by int_ring.
Qed.

(* Finitely many statements for almost all points hold together. *)
Lemma almost_all_forall (F : fieldType) n k (P : 'I_k -> 'rV[F]_n -> Prop) :
  (forall i, almost_all (P i)) -> almost_all (fun w => forall i, P i w).
Proof.
elim: k P => [|k IH] P all; first by exists 1 => [|w _ []] //; rewrite oner_neq0.
have head := all ord0; have tail := IH _ (fun i => all (lift ord0 i)).
apply: almost_all_imp (almost_all_and head tail) => w [h t] i.
by case: (unliftP ord0 i) => [j|] ->.
Qed.

(* The values of Theorem 5 add up to that of Corollary 6. *)
Lemma thm5_sum L M r s : (1 < L)%N ->
  \sum_(l < L) thm5 L M r s l.+1 = functional_generic L M r s.
Proof.
case: L => [|[|n]] // _; rewrite big_ord_recl big_ord_recr /= /functional_generic /=.
rewrite {1 3}/thm5 /= /bump /= add1n eqxx subn1 /= /hidden_total.
rewrite (eq_bigr (fun i : 'I_n => (qhat_of n.+2 M r s)%:Z * (M i.+1)%:Z
   + (qhat_of n.+2 M r s)%:Z * (M i.+2)%:Z - (qhat_of n.+2 M r s)%:Z ^+ 2)); last first.
  by move=> i _; rewrite /thm5 /= /bump /= add1n !eqSS subn1 /= gtn_eqF.
set q := (qhat_of _ _ _ _)%:Z; rewrite sumrB big_split /= -!mulr_sumr sumr_const card_ord.
rewrite (big_morph Posz PoszD (erefl _)) big_add1 /= big_mkord.
have left : \sum_(i < n.+1) (M i.+1)%:Z = \sum_(i < n) (M i.+1)%:Z + (M n.+1)%:Z
  by rewrite big_ord_recr.
have right : \sum_(i < n.+1) (M i.+1)%:Z = (M 1%N)%:Z + \sum_(i < n) (M i.+2)%:Z
  by rewrite big_ord_recl.
have -> : \sum_(i < n) (M i.+1)%:Z = \sum_(i < n.+1) (M i.+1)%:Z - (M n.+1)%:Z
  by rewrite left addrK.
have -> : \sum_(i < n) (M i.+2)%:Z = \sum_(i < n.+1) (M i.+1)%:Z - (M 1%N)%:Z
  by rewrite right addrAC subrr add0r.
rewrite -mulr_natl natz -[n.+2]addn2 PoszD.
move: (\sum_(i < _) _) (M 1%N)%:Z (M n.+1)%:Z s%:Z n%:Z => a b c d e; rewrite -?addrA; int_ring.
Qed.

(* At any depth the rank of H_f is the sum of the ranks of its block columns at almost all        *)
(* weights, for all inputs X and every residual E, over any infinite field in which L - 1 is not  *)
(* zero. With one layer both are zero.                                                            *)
Theorem independence_almost_all (F : fieldType) (M : nat -> nat) (L N : nat)
    (X : 'M[F]_(M 0%N, N)) (E : 'M[F]_(M L, N)) :
    (0 < L)%N -> (L == 1%N) || (L.-1%:R != 0 :> F) ->
  almost_all (fun w : 'rV[F]_(\sum_(l < L) layer_size M l) =>
    (\rank (functional_hessian (direction w) X (labels_with X E (direction w))))%:Z
    = \sum_(l < L)
        (\rank (functional_column (direction w) X (labels_with X E (direction w)) l))%:Z).
Proof.
move=> L0 char; have whole := functional_almost_all X E L0 char.
have [L1|L1] := leqP L 1.
  apply: almost_all_imp whole => w ->; have LE : L = 1%N by apply/eqP; rewrite eqn_leq L1.
  rewrite /functional_generic ifT; last by rewrite LE.
  rewrite big1 // => l _.
  by rewrite functional_column_one_layer // mxrank0.
have columns := almost_all_forall (fun l : 'I_L => theorem5_almost_all X E l L1).
apply: almost_all_imp (almost_all_and whole columns) => w [rank_f each].
by rewrite [LHS]rank_f (eq_bigr _ (fun l _ => each l)) thm5_sum.
Qed.
