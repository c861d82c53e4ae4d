From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* Kronecker products A (x) B, written A *t B: the rank of a product, its row *)
(* space, and how it acts on a matrix that is written as a row vector.        *)
Section TensorRank.
Variable F : fieldType.

(* 1 (x) 1 = 1 *)
Lemma tensmx11 m n : (1%:M : 'M[F]_m) *t (1%:M : 'M[F]_n) = 1%:M.
Proof.
apply/matrixP => i j.
case: (mxtens_indexP i) => i0 i1; case: (mxtens_indexP j) => j0 j1.
rewrite tensmxE !mxE (can_eq (@mxtens_indexK m n)) xpair_eqE.
by case: (i0 == j0); rewrite ?mul0r ?mul1r.
Qed.

(* The product of matrices with a left inverse has one, *)
Lemma row_full_tens m n p q (A : 'M[F]_(m, n)) (B : 'M[F]_(p, q)) :
  row_full A -> row_full B -> row_full (A *t B).
Proof.
move=> /row_fullP[A' A'A] /row_fullP[B' B'B]; apply/row_fullP.
by exists (A' *t B'); rewrite tensmx_mul A'A B'B tensmx11.
Qed.

(* and so has the product of matrices with a right inverse. *)
Lemma row_free_tens m n p q (A : 'M[F]_(m, n)) (B : 'M[F]_(p, q)) :
  row_free A -> row_free B -> row_free (A *t B).
Proof.
move=> /row_freeP[A' AA'] /row_freeP[B' BB']; apply/row_freeP.
by exists (A' *t B'); rewrite tensmx_mul AA' BB' tensmx11.
Qed.

(* rk (A (x) B) = rk A rk B, from the full rank factorisations of A and B. *)
Theorem mxrank_tens m n p q (A : 'M[F]_(m, n)) (B : 'M[F]_(p, q)) :
  \rank (A *t B) = (\rank A * \rank B)%N.
Proof.
rewrite -{1}(mulmx_base A) -{1}(mulmx_base B) -tensmx_mul.
rewrite mxrankMfree ?row_free_tens ?row_base_free //.
by apply/eqP; rewrite -/(row_full _) row_full_tens ?col_base_full.
Qed.

(* Larger row spaces, larger product. *)
Lemma submx_tens m1 m2 n p1 p2 q
    (A : 'M[F]_(m1, n)) (A' : 'M[F]_(m2, n))
    (B : 'M[F]_(p1, q)) (B' : 'M[F]_(p2, q)) :
  (A <= A')%MS -> (B <= B')%MS -> (A *t B <= A' *t B')%MS.
Proof.
move=> /submxP[X ->] /submxP[Y ->].
by rewrite -tensmx_mul submxMl.
Qed.

(* The kernel (for the row action) of 1 (x) coker C is the row space of      *)
(* 1 (x) C.                                                                  *)
Lemma kermx_tens1_coker q m n (C : 'M[F]_(m, n)) :
  (kermx ((1%:M : 'M[F]_q) *t cokermx C) :=: (1%:M : 'M_q) *t C)%MS.
Proof.
apply/eqmx_sym/eqmxP.
have sub : ((1%:M : 'M_q) *t C <= kermx ((1%:M : 'M[F]_q) *t cokermx C))%MS.
  by apply/sub_kermxP; rewrite tensmx_mul mulmx_coker tensmx0.
rewrite -(mxrank_leqif_eq sub) mxrank_ker !mxrank_tens mxrank1 mxrank_coker.
by rewrite -mulnBr subKn // rank_leq_col.
Qed.

End TensorRank.

(* A matrix as the row vector of its entries, row by row, and back: the order *)
(* in which *t counts.                                                        *)
Section Unvec.
Variables (F : comRingType) (a b : nat).

Definition unvec (r : 'rV[F]_(a * b)) : 'M[F]_(a, b) :=
  \matrix_(i, j) r 0 (mxtens_index (i, j)).
Definition vec (A : 'M[F]_(a, b)) : 'rV[F]_(a * b) :=
  \row_k A (mxtens_unindex k).1 (mxtens_unindex k).2.

(* Back and forth. *)
Lemma vecK A : unvec (vec A) = A.
Proof. by apply/matrixP => i j; rewrite !mxE mxtens_indexK. Qed.

(* Linear. *)
Lemma unvecP c (r r' : 'rV_(a * b)) : unvec (c *: r + r') = c *: unvec r + unvec r'.
Proof. by apply/matrixP => i j; rewrite !mxE. Qed.

End Unvec.

(* r (A (x) B), for the row vector r of a matrix R, is that of A^T R B. *)
Lemma unvec_mul (F : comRingType) a b a' b' (r : 'rV[F]_(a * b))
    (A : 'M_(a, a')) (B : 'M_(b, b')) :
  unvec (r *m (A *t B)) = A^T *m unvec r *m B.
Proof.
apply/matrixP => i j; rewrite !mxE.
transitivity (\sum_x \sum_y r 0 (mxtens_index (x, y)) * (A x i * B y j)).
  rewrite pair_big (reindex (@mxtens_index a b)) /=; last first.
    by exists (@mxtens_unindex a b) => k _; rewrite (mxtens_indexK, mxtens_unindexK).
  by apply: eq_bigr => -[x y] _; rewrite tensmxE.
rewrite exchange_big; apply: eq_bigr => y _; rewrite !mxE big_distrl /=.
by apply: eq_bigr => x _; rewrite !mxE mulrA [A x i * _]mulrC.
Qed.

(* Forth and back. *)
Lemma unvecK (R : comRingType) a b (r : 'rV[R]_(a * b)) : vec (unvec r) = r.
Proof. by apply/rowP => k; rewrite !mxE -surjective_pairing mxtens_unindexK. Qed.

Lemma vecD (R : comRingType) a b (A B : 'M[R]_(a, b)) : vec (A + B) = vec A + vec B.
Proof. by apply/rowP => i; rewrite !mxE. Qed.

Lemma vec0 (R : comRingType) a b : vec (0 : 'M[R]_(a, b)) = 0.
Proof. by apply/rowP => i; rewrite !mxE. Qed.

(* The trace form on matrices is the scalar product of their entries. *)
Lemma trace_vec (R : comRingType) a b (A B : 'M[R]_(a, b)) :
  \tr (A^T *m B) = (vec A *m (vec B)^T) 0 0.
Proof.
transitivity (\sum_i \sum_j A i j * B i j).
  rewrite exchange_big; apply: eq_bigr => j _; rewrite mxE; apply: eq_bigr => i _.
  by rewrite mxE.
rewrite mxE pair_big (reindex (@mxtens_unindex a b)) /=; last first.
  by exists (@mxtens_index a b) => k _; rewrite (mxtens_indexK, mxtens_unindexK).
by apply: eq_bigr => k _; rewrite !mxE.
Qed.

Lemma unvec_inj (R : comRingType) a b : injective (@unvec R a b).
Proof. by move=> r r' E; rewrite -[r]unvecK E unvecK. Qed.
