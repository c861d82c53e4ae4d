From Coq Require Import ZArith Lia.
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker form_matrix chain loss hessian bias tables.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* The Hessians of a network with integer weights and data, computed from tables, with the same *)
(* recursions as chain, d_chain and d2_chain. The theorems say that the tables hold the matrices *)
(* loss_hessian, outer_hessian and functional_hessian of hessian.v and biased_hessian of bias.v, *)
(* so that any instance of these can be evaluated inside Coq and compared with another program. *)

Section Chains.
Variable M : nat -> nat.
Implicit Types W U V : nat -> table.

Fixpoint chain_table W (j k : nat) : table :=
  match k with
  | 0%N => pid_table (M 0%N) (M j) (M j)
  | k'.+1 => if (j <= k')%N then mul_table (M k) (M k') (M j) (W k') (chain_table W j k')
             else pid_table (M k) (M j) (M j)
  end.

Fixpoint d_chain_table W U (j k : nat) : table :=
  match k with
  | 0%N => zero_table (M 0%N) (M j)
  | k'.+1 => if (j <= k')%N
             then add_table (M k) (M j)
                    (mul_table (M k) (M k') (M j) (U k') (chain_table W j k'))
                    (mul_table (M k) (M k') (M j) (W k') (d_chain_table W U j k'))
             else zero_table (M k) (M j)
  end.

Fixpoint d2_chain_table W U V (j k : nat) : table :=
  match k with
  | 0%N => zero_table (M 0%N) (M j)
  | k'.+1 => if (j <= k')%N
             then add_table (M k) (M j)
                    (add_table (M k) (M j)
                       (mul_table (M k) (M k') (M j) (U k') (d_chain_table W V j k'))
                       (mul_table (M k) (M k') (M j) (V k') (d_chain_table W U j k')))
                    (mul_table (M k) (M k') (M j) (W k') (d2_chain_table W U V j k'))
             else zero_table (M k) (M j)
  end.

(* Weights, or directions of weights, from tables. *)
Definition to_weights (R : comRingType) W (i : nat) : 'M[R]_(M i.+1, M i) := to_matrix R _ _ (W i).

Variable R : comRingType.
Notation wt := (to_weights R).

Lemma to_matrix_chain W j k : to_matrix R _ _ (chain_table W j k) = chain (wt W) j k.
Proof.
elim: k => [|k IH]; rewrite /chain /= ?to_matrix_pid // -/(chain (wt W) j k).
by case: ifP => _; rewrite ?to_matrix_mul ?to_matrix_pid ?IH.
Qed.

Lemma to_matrix_d_chain W U j k :
  to_matrix R _ _ (d_chain_table W U j k) = d_chain (wt W) (wt U) j k.
Proof.
elim: k => [|k IH]; first exact: to_matrix_zero.
rewrite /d_chain /= -/(d_chain (wt W) (wt U) j k).
case: ifP => _; rewrite ?to_matrix_zero //.
by rewrite to_matrix_add !to_matrix_mul IH to_matrix_chain.
Qed.

Lemma to_matrix_d2_chain W U V j k :
  to_matrix R _ _ (d2_chain_table W U V j k) = d2_chain (wt W) (wt U) (wt V) j k.
Proof.
elim: k => [|k IH]; first exact: to_matrix_zero.
rewrite /d2_chain /= -/(d2_chain (wt W) (wt U) (wt V) j k).
case: ifP => _; rewrite ?to_matrix_zero //.
by rewrite !to_matrix_add !to_matrix_mul IH !to_matrix_d_chain.
Qed.
End Chains.

Section Forms.
Variables (M : nat -> nat) (L N : nat) (W : nat -> table) (X Y : table).
Implicit Types U V : nat -> table.

Definition residual_table : table :=
  sub_table (M L) N (mul_table (M L) (M 0%N) N (chain_table M W 0 L) X) Y.

Definition outer_value U V : Z :=
  let left := mul_table (M L) (M 0%N) N (d_chain_table M W U 0 L) X in
  let right := mul_table (M L) (M 0%N) N (d_chain_table M W V 0 L) X in
  trace_table N (mul_table N (M L) N (tr_table (M L) N left) right).

Definition functional_value U V : Z :=
  let moment := mul_table (M 0%N) N (M L) X (tr_table (M L) N residual_table) in
  trace_table (M 0%N) (mul_table (M 0%N) (M L) (M 0%N) moment (d2_chain_table M W U V 0 L)).

Variable F : fieldType.
Notation wt := (to_weights M F).
Notation X' := (to_matrix F (M 0%N) N X).
Notation Y' := (to_matrix F (M L) N Y).

Lemma to_matrix_residual : to_matrix F _ _ residual_table = residual X' Y' (wt W).
Proof. by rewrite /residual to_matrix_sub to_matrix_mul to_matrix_chain. Qed.

Lemma of_outer_value U V : of_Z F (outer_value U V) = @outer_form F M (wt W) L N X' (wt U) (wt V).
Proof.
by rewrite of_Z_trace to_matrix_mul to_matrix_tr !to_matrix_mul !to_matrix_d_chain.
Qed.

Lemma of_functional_value U V :
  of_Z F (functional_value U V) = functional_form (wt W) X' Y' (wt U) (wt V).
Proof.
by rewrite of_Z_trace !to_matrix_mul to_matrix_tr to_matrix_residual to_matrix_d2_chain.
Qed.
End Forms.

(* Parameters are counted layer by layer, row by row. *)
Section Parameters.
Variables (L : nat) (rows cols : nat -> nat).
Notation size := (fun k => rows k * cols k)%N.

Definition offset (l : nat) : nat := foldr (fun k n => (rows k * cols k + n)%N) 0%N (iota 0 l).

(* The direction of parameter i, layer by layer. *)
Definition unit_table (i l : nat) : table :=
  tabulate (rows l) (cols l)
    (fun a b => if (offset l + (a * cols l + b) == i)%N then Zpos 1 else Z0).

Lemma offset_sum l : offset l = (\sum_(k < l) rows k * cols k)%N.
Proof.
rewrite -(big_mkord xpredT (fun k => rows k * cols k)%N) /index_iota subn0 /offset.
by elim: (iota 0 l) => [|k s IH]; rewrite ?big_nil // big_cons -IH.
Qed.

Lemma rank_offset (l : 'I_L) (k : 'I_(size l)) :
  @tagnat.Rank L size l k = (offset l + k)%N :> nat.
Proof. by rewrite tagnat.rankEsum /= offset_sum (big_ord_widen L size (ltnW (ltn_ord l))). Qed.

Variable F : fieldType.

Lemma unvec_unit (i : 'I_(\sum_(l < L) size l)) (l : 'I_L) :
  unvec (submxrow (delta_mx 0 i : 'rV[F]__) l) = to_matrix F (rows l) (cols l) (unit_table i l).
Proof.
rewrite to_matrix_tabulate; apply/matrixP => a b; rewrite !mxE eqxx /=.
have <- := rank_offset (mxtens_index (a, b)); rewrite -[(_ == _ :> nat)]/(_ == i :> 'I__).
by case: (_ == i).
Qed.

(* The matrix of a form on directions. *)
Definition form_table (value : (nat -> table) -> (nat -> table) -> Z) : table :=
  tabulate (offset L) (offset L) (fun i j => value (unit_table i) (unit_table j)).

Lemma to_matrix_form value (i j : 'I_(\sum_(l < L) size l)) :
  to_matrix F _ _ (form_table value) i j = of_Z F (value (unit_table i) (unit_table j)).
Proof. by rewrite mxE entry_tabulate // offset_sum. Qed.
End Parameters.

Section Hessians.
Variables (M : nat -> nat) (L N : nat) (W : nat -> table) (X Y : table).
Notation rows := (fun l => M l.+1).

Definition outer_table : table := form_table L rows M (outer_value M L N W X).
Definition functional_table : table := form_table L rows M (functional_value M L N W X Y).
Definition loss_table : table :=
  add_table (offset rows M L) (offset rows M L) outer_table functional_table.

Variable F : fieldType.
Notation wt := (to_weights M F).
Notation X' := (to_matrix F (M 0%N) N X).
Notation Y' := (to_matrix F (M L) N Y).
Notation np := (\sum_(l < L) layer_size M l)%N.

Lemma direction_unit (i : 'I_np) l : (l < L)%N ->
  direction (delta_mx 0 i : 'rV[F]__) l = wt (unit_table rows M i) l.
Proof.
by move=> lL; rewrite (directionE _ (Ordinal lL)); apply: (@unvec_unit L rows M F i (Ordinal lL)).
Qed.

(* The table of the outer-product Hessian holds the outer-product Hessian. *)
Theorem outer_hessian_table : @outer_hessian F M (wt W) L N X' = to_matrix F np np outer_table.
Proof.
apply/matrixP => i j; rewrite [RHS](@to_matrix_form L rows M F) of_outer_value mxE /outer_form.
by congr (\tr (_^T *m _)); congr (_ *m _); apply: d_chain_ext => l lL; apply: direction_unit.
Qed.

(* The table of the functional Hessian holds the functional Hessian. *)
Theorem functional_hessian_table :
  functional_hessian (wt W) X' Y' = to_matrix F np np functional_table.
Proof.
apply/matrixP => i j; rewrite [RHS](@to_matrix_form L rows M F) of_functional_value mxE.
rewrite /functional_form.
by congr (\tr (_ *m _)); apply: d2_chain_ext => l lL; apply: direction_unit.
Qed.

(* The table of the Hessian of the loss holds the Hessian of the loss. *)
Theorem loss_hessian_table : loss_hessian (wt W) X' Y' = to_matrix F np np loss_table.
Proof.
rewrite gauss_newton outer_hessian_table functional_hessian_table.
apply/matrixP => i j; rewrite !mxE.
have iL (k : 'I_np) : (k < offset rows M L)%N by rewrite offset_sum.
by rewrite [in RHS]entry_tabulate // of_Z_add.
Qed.
End Hessians.
