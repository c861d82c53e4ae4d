From mathcomp Require Import all_ssreflect all_algebra.
From SsrMultinomials Require Import mpoly.
From Hessproof Require Import chain loss derivative.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* Degrees. The outputs of a network of L layers have degree L in its parameters, so the       *)
(* entries of the Hessian have degree 2L - 2 at most. msize p is the degree of p plus one, and *)
(* 0 for p = 0.                                                                                *)
Section Size.
Variables (F : fieldType) (n : nat).
Implicit Types p q : {mpoly F[n]}.

Lemma msize_const (c : F) : (msize (c%:MP_[n]) <= 1)%N.
Proof. by rewrite msizeC leq_b1. Qed.

Lemma msize_add p q k : (msize p <= k)%N -> (msize q <= k)%N -> (msize (p + q) <= k)%N.
Proof. by move=> pk qk; apply: leq_trans (msizeD_le p q) _; rewrite geq_max pk. Qed.

Lemma msize_sum_le (I : finType) (f : I -> {mpoly F[n]}) k :
  (forall i, msize (f i) <= k)%N -> (msize (\sum_i f i) <= k)%N.
Proof.
move=> fk; apply: (big_ind (fun p => msize p <= k)%N) => // [|p q]; last exact: msize_add.
by rewrite mmeasure0.
Qed.

Lemma msize_mul p q k l : (msize p <= k)%N -> (msize q <= l)%N ->
  (msize (p * q)%R <= (k + l).-1)%N.
Proof.
move=> pk ql; have [->|p0] := eqVneq p 0; first by rewrite mul0r mmeasure0.
have [->|q0] := eqVneq q 0; first by rewrite mulr0 mmeasure0.
by rewrite msizeM // -!subn1 leq_sub2r // leq_add.
Qed.

Lemma msize_prod r (f : 'I_r -> {mpoly F[n]}) d :
  (forall i, msize (f i) <= d.+1)%N -> (msize (\prod_i f i) <= (r * d).+1)%N.
Proof.
elim: r f => [|r IH] f fd; first by rewrite big_ord0 msize1.
rewrite big_ord_recl mulSn; have := msize_mul (fd ord0) (IH _ (fun i => fd (lift ord0 i))).
by rewrite addSn addnS.
Qed.

Lemma msize_mderiv p i k : (msize p <= k)%N -> (msize p^`M(i) <= k.-1)%N.
Proof.
move=> pk; rewrite msizeE; apply/bigmax_leqP_seq => m; rewrite mcoeff_msupp mcoeff_mderiv => mi _.
have : (mdeg (m + U_(i))%MM < msize p)%N.
  by rewrite msize_mdeg_lt // mcoeff_msupp; apply: contraNneq mi => ->; rewrite mul0rn.
by rewrite mdegD mdeg1 addn1 => h; rewrite -ltnS (leq_trans h) // (leq_trans pk) // leqSpred.
Qed.

(* All entries of a matrix. *)
Definition entries_msize a b (A : 'M[{mpoly F[n]}]_(a, b)) k := forall i j, (msize (A i j) <= k)%N.

Lemma entries_const a b (A : 'M[F]_(a, b)) : entries_msize (map_mx (@mpolyC n F) A) 1.
Proof. by move=> i j; rewrite mxE msize_const. Qed.

Lemma entries_mul a b c (A : 'M_(a, b)) (B : 'M_(b, c)) k l :
  entries_msize A k -> entries_msize B l -> entries_msize (A *m B) (k + l).-1.
Proof. by move=> Ak Bl i j; rewrite mxE msize_sum_le // => e; apply: msize_mul. Qed.

Lemma entries_tr a b (A : 'M_(a, b)) k : entries_msize A k -> entries_msize A^T k.
Proof. by move=> Ak i j; rewrite mxE. Qed.

Lemma entries_mderiv a b (A : 'M_(a, b)) i k :
  entries_msize A k -> entries_msize (mx_deriv i A) k.-1.
Proof. by move=> Ak e f; rewrite mxE; apply: msize_mderiv. Qed.

Lemma msize_trace a (A : 'M_a) k : entries_msize A k -> (msize (\tr A) <= k)%N.
Proof. by move=> Ak; apply: msize_sum_le => i; apply: Ak. Qed.

Lemma msize_det r (A : 'M_r) d : entries_msize A d.+1 -> (msize (\det A) <= (r * d).+1)%N.
Proof.
move=> Ad; apply: msize_sum_le => s; rewrite -signr_odd; case: odd; rewrite ?expr1 ?expr0.
  by rewrite mulN1r msizeN; apply: msize_prod => i; apply: Ad.
by rewrite mul1r; apply: msize_prod => i; apply: Ad.
Qed.
End Size.

(* The network and the two parts of its Hessian. *)
Section Network.
Variables (F : fieldType) (M : nat -> nat) (n : nat).
Notation weights := (forall l, 'M[F]_(M l.+1, M l)).
Variables (origin : weights) (dirs : 'I_n -> weights).
Variables (L N : nat) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)).
Notation Z := (generic_weights origin dirs).

Lemma entries_generic l : entries_msize (Z l) 2.
Proof.
move=> i j; rewrite mxE summxE; apply: msize_add.
  by apply: leq_trans (entries_const n _ i j) _.
apply: msize_sum_le => k; rewrite !mxE -[2%N]/(2 + 1).-1.
by apply: msize_mul; rewrite ?msize_const // msizeX mdeg1.
Qed.

Lemma entries_chain k : entries_msize (chain Z 0 k) k.+1.
Proof.
elim: k => [|k IH].
  by move=> i j; rewrite chain_id mxE; case: eqP => _; rewrite ?msize1 ?mmeasure0.
rewrite chain_S //; exact: entries_mul (@entries_generic k) IH.
Qed.

Lemma entries_network : entries_msize (network origin dirs L X) L.+1.
Proof.
by have := entries_mul (@entries_chain L) (entries_const n X); rewrite addn1.
Qed.

Lemma msize_generic_outer i j : (0 < L)%N ->
  (msize (generic_outer origin dirs L X i j) <= (2 * L - 2).+1)%N.
Proof.
move=> L0; apply: msize_trace; have J e := entries_mderiv e entries_network.
have -> : (2 * L - 2).+1 = (L + L).-1.
  by case: (L) L0 => // L' _; rewrite mulnS addKn addSn addnS addnn mul2n.
exact: entries_mul (entries_tr (J i)) (J j).
Qed.

Lemma msize_generic_functional i j : (0 < L)%N ->
  (msize (generic_functional origin dirs X Y i j) <= (2 * L - 2).+1)%N.
Proof.
move=> L0; apply: msize_trace.
have errors : entries_msize (network origin dirs L X - map_mx (@mpolyC n F) Y) L.+1.
  move=> e f; rewrite !mxE; apply: msize_add; first by have := entries_network e f; rewrite !mxE.
  by rewrite -mpolyCN; apply: leq_trans (msize_const _ _) _.
have -> : (2 * L - 2).+1 = (L.+1 + L.+1.-1.-1).-1.
  by case: (L) L0 => // L' _; rewrite mulnS addKn addSn /= addSn addnn mul2n.
exact: entries_mul (entries_tr errors) (entries_mderiv j (entries_mderiv i entries_network)).
Qed.

Theorem msize_generic_hessian i j : (0 < L)%N ->
  (msize (generic_hessian origin dirs X Y i j) <= (2 * L - 2).+1)%N.
Proof.
move=> L0; rewrite generic_hessian_split.
by apply: msize_add; [apply: msize_generic_outer | apply: msize_generic_functional].
Qed.
End Network.
