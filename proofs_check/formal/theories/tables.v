From Coq Require Import ZArith Lia.
From mathcomp Require Import all_ssreflect all_algebra.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* Matrices that Coq computes with: tables of binary integers. Each operation on tables is that *)
(* on the matrices over a field whose entries the tables hold, so what is computed from tables  *)
(* (compute.v) is proved to be the Hessian of the network that they describe.                  *)

(* Binary integers as those of MathComp. *)
Definition int_of_Z (z : Z) : int :=
  match z with
  | Z0 => 0
  | Zpos n => Posz (Pos.to_nat n)
  | Zneg n => - Posz (Pos.to_nat n)
  end.

Lemma int_of_succ z : int_of_Z (Z.succ z) = int_of_Z z + 1.
Proof.
have pos n : int_of_Z (Zpos (Pos.succ n)) = int_of_Z (Zpos n) + 1.
  by rewrite /= Pos2Nat.inj_succ -addn1 PoszD.
case: z => [//|n|n]; first by rewrite -pos; congr int_of_Z; lia.
elim/Pos.peano_ind: n => [//|n _]; have -> : Z.succ (Zneg (Pos.succ n)) = Zneg n by lia.
by rewrite -[int_of_Z (Zneg (Pos.succ n))]/(- int_of_Z (Zpos (Pos.succ n))) pos opprD subrK.
Qed.

Lemma int_of_pred z : int_of_Z (Z.pred z) = int_of_Z z - 1.
Proof. by rewrite -[in RHS](Z.succ_pred z) int_of_succ addrK. Qed.

Lemma int_of_add a b : int_of_Z (Z.add a b) = int_of_Z a + int_of_Z b.
Proof.
elim/Z.peano_ind: a => [|a IH|a IH]; first by rewrite add0r.
  have -> : Z.add (Z.succ a) b = Z.succ (Z.add a b) by lia.
  by rewrite !int_of_succ IH addrAC.
have -> : Z.add (Z.pred a) b = Z.pred (Z.add a b) by lia.
by rewrite !int_of_pred IH addrAC.
Qed.

Lemma int_of_mul a b : int_of_Z (Z.mul a b) = int_of_Z a * int_of_Z b.
Proof.
elim/Z.peano_ind: a => [|a IH|a IH]; first by rewrite mul0r.
  by rewrite Z.mul_succ_l int_of_add int_of_succ IH mulrDl mul1r.
have -> : Z.mul (Z.pred a) b = Z.add (Z.mul a b) (Z.opp b) by lia.
rewrite int_of_pred int_of_add IH mulrBl mul1r; congr (_ + _).
by case: b {IH} => //= b; rewrite opprK.
Qed.

Lemma int_of_Z_eq0 z : (int_of_Z z == 0) = Z.eqb z 0.
Proof.
case: z => // n; rewrite /= ?oppr_eq0 -[0]/(Posz 0) eqz_nat.
  by have := Pos2Nat.is_pos n; case: Pos.to_nat => //; lia.
by have := Pos2Nat.is_pos n; case: Pos.to_nat => //; lia.
Qed.

Definition table := seq (seq Z).

Definition entry (A : table) (i j : nat) : Z := nth Z0 (nth [::] A i) j.

Definition tabulate (m n : nat) (f : nat -> nat -> Z) : table :=
  mkseq (fun i => mkseq (f i) n) m.

Definition sum_Z (n : nat) (f : nat -> Z) : Z := foldr (fun i s => Z.add (f i) s) Z0 (iota 0 n).

Lemma entry_tabulate m n f i j : (i < m)%N -> (j < n)%N -> entry (tabulate m n f) i j = f i j.
Proof. by move=> im jn; rewrite /entry !nth_mkseq. Qed.

(* The operations. The sizes are those of the operands, as in matrix types. *)
Definition add_table m n (A B : table) :=
  tabulate m n (fun i j => Z.add (entry A i j) (entry B i j)).
Definition sub_table m n (A B : table) :=
  tabulate m n (fun i j => Z.sub (entry A i j) (entry B i j)).
Definition mul_table m n p (A B : table) :=
  tabulate m p (fun i k => sum_Z n (fun j => Z.mul (entry A i j) (entry B j k))).
Definition tr_table m n (A : table) := tabulate n m (fun i j => entry A j i).
Definition pid_table m n r :=
  tabulate m n (fun i j => if (i == j) && (i < r)%N then Zpos 1 else Z0).
Definition zero_table m n := tabulate m n (fun _ _ => Z0).
Definition trace_table n (A : table) := sum_Z n (fun i => entry A i i).

Section Matrices.
Variable R : comRingType.

Definition of_Z (z : Z) : R := (int_of_Z z)%:~R.

Lemma of_Z_add a b : of_Z (Z.add a b) = of_Z a + of_Z b.
Proof. by rewrite /of_Z int_of_add intrD. Qed.
Lemma of_Z_mul a b : of_Z (Z.mul a b) = of_Z a * of_Z b.
Proof. by rewrite /of_Z int_of_mul intrM. Qed.
Lemma of_Z_opp a : of_Z (Z.opp a) = - of_Z a.
Proof. by apply/eqP; rewrite -addr_eq0 -of_Z_add Z.add_opp_diag_l. Qed.
Lemma of_Z_sub a b : of_Z (Z.sub a b) = of_Z a - of_Z b.
Proof. by rewrite -of_Z_opp -of_Z_add. Qed.

Lemma of_Z_sum n f : of_Z (sum_Z n f) = \sum_(i < n) of_Z (f i).
Proof.
rewrite -(big_mkord xpredT (fun i => of_Z (f i))) /index_iota subn0 /sum_Z.
by elim: (iota 0 n) => [|i s IH]; rewrite ?big_nil // big_cons -IH -of_Z_add.
Qed.

(* The matrix that a table holds. *)
Definition to_matrix m n (A : table) : 'M[R]_(m, n) := \matrix_(i, j) of_Z (entry A i j).

Lemma to_matrix_tabulate m n f :
  to_matrix m n (tabulate m n f) = \matrix_(i, j) of_Z (f i j).
Proof. by apply/matrixP => i j; rewrite !mxE entry_tabulate. Qed.

Lemma to_matrix_add m n A B :
  to_matrix m n (add_table m n A B) = to_matrix m n A + to_matrix m n B.
Proof. by rewrite to_matrix_tabulate; apply/matrixP => i j; rewrite !mxE of_Z_add. Qed.

Lemma to_matrix_sub m n A B :
  to_matrix m n (sub_table m n A B) = to_matrix m n A - to_matrix m n B.
Proof. by rewrite to_matrix_tabulate; apply/matrixP => i j; rewrite !mxE of_Z_sub. Qed.

Lemma to_matrix_mul m n p A B :
  to_matrix m p (mul_table m n p A B) = to_matrix m n A *m to_matrix n p B.
Proof.
rewrite to_matrix_tabulate; apply/matrixP => i k; rewrite !mxE of_Z_sum.
by apply: eq_bigr => j _; rewrite !mxE of_Z_mul.
Qed.

Lemma to_matrix_tr m n A : to_matrix n m (tr_table m n A) = (to_matrix m n A)^T.
Proof. by rewrite to_matrix_tabulate; apply/matrixP => i j; rewrite !mxE. Qed.

Lemma to_matrix_pid m n r : to_matrix m n (pid_table m n r) = pid_mx r.
Proof. by rewrite to_matrix_tabulate; apply/matrixP => i j; rewrite !mxE; case: ifP. Qed.

Lemma to_matrix_zero m n : to_matrix m n (zero_table m n) = 0.
Proof. by rewrite to_matrix_tabulate; apply/matrixP => i j; rewrite !mxE. Qed.

Lemma of_Z_trace n A : of_Z (trace_table n A) = \tr (to_matrix n n A).
Proof. by rewrite of_Z_sum; apply: eq_bigr => i _; rewrite mxE. Qed.
End Matrices.
