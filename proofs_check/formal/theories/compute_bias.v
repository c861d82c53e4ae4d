From Coq Require Import ZArith Lia.
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker form_matrix chain loss hessian bias tables compute.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* The Hessian of a network with biases, computed from tables of its weights, biases and data.  *)

(* One table above another, and one beside another. *)
Definition col_table m1 m2 n (A B : table) : table :=
  tabulate (m1 + m2) n (fun i j => if (i < m1)%N then entry A i j else entry B (i - m1) j).
Definition row_table m n1 n2 (A B : table) : table :=
  tabulate m (n1 + n2) (fun i j => if (j < n1)%N then entry A i j else entry B i (j - n1)).
Definition one_table m n : table := tabulate m n (fun _ _ => Zpos 1).

Section Blocks.
Variable R : comRingType.

Lemma to_matrix_col m1 m2 n A B :
  to_matrix R (m1 + m2) n (col_table m1 m2 n A B) = col_mx (to_matrix R _ _ A) (to_matrix R _ _ B).
Proof.
rewrite to_matrix_tabulate; apply/matrixP => i j; rewrite !mxE.
by case: (splitP i) => k ->; rewrite mxE ?addKn.
Qed.

Lemma to_matrix_row m n1 n2 A B :
  to_matrix R m (n1 + n2) (row_table m n1 n2 A B) = row_mx (to_matrix R _ _ A) (to_matrix R _ _ B).
Proof.
rewrite to_matrix_tabulate; apply/matrixP => i j; rewrite !mxE.
by case: (splitP j) => k ->; rewrite mxE ?addKn.
Qed.

Lemma to_matrix_one m n : to_matrix R m n (one_table m n) = const_mx 1.
Proof. by rewrite to_matrix_tabulate; apply/matrixP => i j; rewrite !mxE. Qed.
End Blocks.

Section BiasedTables.
Variables (M : nat -> nat) (L N : nat) (W b : nat -> table) (X Y : table).
Notation aM := (augmented_widths M).
Notation rows := (fun l => M l.+1).

Definition affine_table (i : nat) : table :=
  col_table (M i.+1) 1 (aM i)
    (row_table (M i.+1) (M i) 1 (W i) (b i))
    (row_table 1 (M i) 1 (zero_table 1 (M i)) (pid_table 1 1 1)).

Definition embedded_table (U : nat -> table) (i : nat) : table :=
  col_table (M i.+1) 1 (aM i) (U i) (zero_table 1 (aM i)).

Definition augmented_table a (A : table) : table := col_table a 1 N A (one_table 1 N).

Definition biased_outer_value (U V : nat -> table) : Z :=
  outer_value aM L N affine_table (augmented_table (M 0%N) X) (embedded_table U) (embedded_table V).

Definition biased_functional_value (U V : nat -> table) : Z :=
  functional_value aM L N affine_table (augmented_table (M 0%N) X) (augmented_table (M L) Y)
    (embedded_table U) (embedded_table V).

Definition biased_outer_table : table := form_table L rows aM biased_outer_value.
Definition biased_functional_table : table := form_table L rows aM biased_functional_value.
Definition biased_table : table :=
  add_table (offset rows aM L) (offset rows aM L) biased_outer_table biased_functional_table.

Variable F : fieldType.
Notation X' := (to_matrix F (M 0%N) N X).
Notation Y' := (to_matrix F (M L) N Y).
Notation W' := (to_weights M F W).
Notation b' := (fun i => to_matrix F (M i.+1) 1 (b i)).
Notation np := (\sum_(l < L) biased_size M l)%N.

Lemma to_matrix_affine i : to_weights aM F affine_table i = affine W' b' i.
Proof.
by rewrite /to_weights [LHS]to_matrix_col !to_matrix_row to_matrix_zero to_matrix_pid pid_mx_1.
Qed.

Lemma to_matrix_augmented a (A : table) :
  to_matrix F _ _ (augmented_table a A) = augmented (to_matrix F a N A).
Proof. by rewrite to_matrix_col to_matrix_one. Qed.

Lemma biased_direction_unit (i : 'I_np) l : (l < L)%N ->
  embedded (biased_direction (delta_mx 0 i : 'rV[F]__)) l
  = to_weights aM F (embedded_table (unit_table rows aM i)) l.
Proof.
move=> lL; rewrite /to_weights [RHS]to_matrix_col to_matrix_zero /embedded.
rewrite (biased_directionE _ (Ordinal lL)); congr col_mx.
exact: (@unvec_unit L rows aM F i (Ordinal lL)).
Qed.

(* The table of the Hessian of the loss of a network with biases holds that Hessian.            *)
Theorem biased_hessian_table : biased_hessian W' b' X' Y' = to_matrix F np np biased_table.
Proof.
have iL (k : 'I_np) : (k < offset rows aM L)%N by rewrite offset_sum.
have eW : forall i, affine W' b' i = to_weights aM F affine_table i.
  by move=> i; rewrite to_matrix_affine.
apply/matrixP => i j; rewrite [RHS]mxE [in RHS]entry_tabulate // of_Z_add mxE.
rewrite !entry_tabulate // /biased_form (hessian_form_extW _ _ eW).
rewrite (hessian_form_ext _ _ _ (biased_direction_unit i) (biased_direction_unit j)).
by rewrite -!to_matrix_augmented of_outer_value of_functional_value.
Qed.
End BiasedTables.
