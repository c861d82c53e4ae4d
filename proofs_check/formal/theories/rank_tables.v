From Coq Require Import ZArith Lia.
From mathcomp Require Import all_ssreflect all_algebra.
From Hessproof Require Import loss hessian bias tables compute compute_bias.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* The rank of a given matrix of integers, proved by a computation: A H B = c 1 with r rows in A *)
(* shows that it is at least r, and c H = C D with r columns in C that it is at most r. Whoever *)
(* finds A, B, C, D and c need not be trusted.                                                  *)

Definition equal_tables m n (A B : table) : bool :=
  all (fun i => all (fun j => Z.eqb (entry A i j) (entry B i j)) (iota 0 n)) (iota 0 m).

Definition scaled_table m n (c : Z) (A : table) : table :=
  tabulate m n (fun i j => Z.mul c (entry A i j)).

(* What is to be computed for rank r. *)
Definition rank_certificate n r (H A B C D : table) (c : Z) : bool :=
  [&& ~~ Z.eqb c 0,
      equal_tables r r (mul_table r n r A (mul_table n n r H B))
                       (scaled_table r r c (pid_table r r r))
    & equal_tables n n (scaled_table n n c H) (mul_table n r n C D)].

Section Rank.
Variable F : numFieldType.

Lemma of_Z_neq0 c : ~~ Z.eqb c 0 -> of_Z F c != 0.
Proof. by rewrite -int_of_Z_eq0 /of_Z intr_eq0. Qed.

Lemma equal_tablesP m n A B : equal_tables m n A B -> to_matrix F m n A = to_matrix F m n B.
Proof.
move=> /allP E; apply/matrixP => i j; rewrite !mxE; congr of_Z; apply/Z.eqb_eq.
have iI : nat_of_ord i \in iota 0 m by rewrite mem_iota ltn_ord.
by have /allP := E _ iI; apply; rewrite mem_iota ltn_ord.
Qed.

Lemma to_matrix_scaled m n c A :
  to_matrix F m n (scaled_table m n c A) = of_Z F c *: to_matrix F m n A.
Proof. by rewrite to_matrix_tabulate; apply/matrixP => i j; rewrite !mxE of_Z_mul. Qed.

Theorem rank_of_certificate n r H A B C D c :
  rank_certificate n r H A B C D c -> \rank (to_matrix F n n H) = r.
Proof.
case/and3P=> /of_Z_neq0 c0 /equal_tablesP E1 /equal_tablesP E2; apply/eqP; rewrite eqn_leq.
apply/andP; split.
  rewrite -(eqmx_scale (to_matrix F n n H) c0) -to_matrix_scaled E2 to_matrix_mul.
  by rewrite (leq_trans (mxrankM_maxl _ _)) ?rank_leq_col.
have <- : \rank (of_Z F c *: (1%:M : 'M[F]_r)) = r by rewrite eqmx_scale // mxrank1.
rewrite -pid_mx_1 -(to_matrix_pid F r r r) -to_matrix_scaled -E1 !to_matrix_mul.
exact: leq_trans (mxrankM_maxr _ _) (mxrankM_maxl _ _).
Qed.
End Rank.

(* The ranks of the Hessians of a network with given integer weights and data, over any field in *)
(* which the integers are different. *)
Section Networks.
Variables (F : numFieldType) (M : nat -> nat) (L N : nat) (W b : nat -> table) (X Y : table).
Notation rows := (fun l => M l.+1).
Notation W' := (to_weights M F W).
Notation b' := (fun i => to_matrix F (M i.+1) 1 (b i)).
Notation X' := (to_matrix F (M 0%N) N X).
Notation Y' := (to_matrix F (M L) N Y).
Variables (r : nat) (A B C D : table) (c : Z).

Theorem rank_loss_table :
  rank_certificate (offset rows M L) r (loss_table M L N W X Y) A B C D c ->
  \rank (loss_hessian W' X' Y') = r.
Proof. by rewrite loss_hessian_table offset_sum => /(@rank_of_certificate F). Qed.

Theorem rank_outer_table :
  rank_certificate (offset rows M L) r (outer_table M L N W X) A B C D c ->
  \rank (@outer_hessian F M W' L N X') = r.
Proof. by rewrite outer_hessian_table offset_sum => /(@rank_of_certificate F). Qed.

Theorem rank_functional_table :
  rank_certificate (offset rows M L) r (functional_table M L N W X Y) A B C D c ->
  \rank (functional_hessian W' X' Y') = r.
Proof. by rewrite functional_hessian_table offset_sum => /(@rank_of_certificate F). Qed.

Theorem rank_biased_table :
  rank_certificate (offset rows (augmented_widths M) L) r (biased_table M L N W b X Y) A B C D c ->
  \rank (biased_hessian W' b' X' Y') = r.
Proof. by rewrite biased_hessian_table offset_sum => /(@rank_of_certificate F). Qed.
End Networks.
