From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker chain loss form_matrix hessian kernel_equations.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* From bilinear forms on directions to blocks of matrices. vec stacks the rows of a        *)
(* matrix, as vec_r of Singh et al. 2021 does, but gives a row where the paper has a column. *)
(* First the identities of vec_r and of the commutation matrix, then: a form that is a      *)
(* trace of products has a Kronecker product as its block.                                  *)
Section Vec.
Variable R : comRingType.

Lemma vec_sum m n I (s : seq I) (P : pred I) (A : I -> 'M[R]_(m, n)) :
  vec (\sum_(i <- s | P i) A i) = \sum_(i <- s | P i) vec (A i).
Proof. by elim/big_rec2: _ => [|i B C _ <-]; rewrite ?vec0 ?vecD. Qed.

Lemma tens_sumr m n p q I (s : seq I) (A : 'M[R]_(m, n)) (B : I -> 'M[R]_(p, q)) :
  A *t (\sum_(i <- s) B i) = \sum_(i <- s) A *t B i.
Proof.
elim/big_rec2: _ => [|i C D _ <-]; first exact: tensmx0.
by apply/matrixP => a b; rewrite !mxE mulrDr.
Qed.

Lemma mul_cols m n (X : 'M[R]_(m, n)) : \sum_(i < n) col i X *m (col i X)^T = X *m X^T.
Proof.
apply/matrixP => a b; rewrite summxE mxE; apply: eq_bigr => i _.
by rewrite mxE big_ord1 !mxE.
Qed.

(* vec_r (A X B^T) = (A (x) B) vec_r X, section S2.5 of the paper.                          *)
Lemma tens_vec m n p q (A : 'M[R]_(m, p)) (B : 'M[R]_(n, q)) (X : 'M[R]_(p, q)) :
  (A *t B) *m (vec X)^T = (vec (A *m X *m B^T))^T.
Proof.
apply: trmx_inj; rewrite trmx_mul trmx_tens !trmxK; apply: unvec_inj.
by rewrite unvec_mul trmxK !vecK.
Qed.

(* The matrix of the form (A, B) |-> tr (A^T S B T) is S (x) T^T.                            *)
Lemma tens_form m n p q (S : 'M[R]_(m, p)) (T : 'M[R]_(q, n)) A B :
  (vec A *m (S *t T^T) *m (vec B)^T) 0 0 = \tr (A^T *m S *m B *m T).
Proof. by rewrite -mulmxA tens_vec -trace_vec trmxK !mulmxA. Qed.

(* The commutation matrix takes vec_r X to vec_r X^T, for X of m rows and n columns.        *)
Definition commutation m n : 'M[R]_(n * m, m * n) :=
  \matrix_(i, j) ((mxtens_unindex i == ((mxtens_unindex j).2, (mxtens_unindex j).1))%:R).

Lemma commutation_vec m n (X : 'M[R]_(m, n)) : commutation m n *m (vec X)^T = (vec X^T)^T.
Proof.
apply/colP => i; rewrite !mxE; case: (mxtens_indexP i) => a b; rewrite mxtens_indexK /=.
rewrite (bigD1 (mxtens_index (b, a))) //= !mxE !mxtens_indexK /= eqxx mul1r.
rewrite big1 ?addr0 // => j; case: (mxtens_indexP j) => c d.
rewrite (can_eq (@mxtens_indexK m n)) !mxE !mxtens_indexK /= !xpair_eqE andbC eq_sym [a == _]eq_sym.
by rewrite [b == _]eq_sym => /negbTE->; rewrite mul0r.
Qed.

Lemma tr_commutation m n : (commutation m n)^T = commutation n m.
Proof.
apply/matrixP => i j; rewrite !mxE.
case: (mxtens_unindex i) => a b; case: (mxtens_unindex j) => c d.
by rewrite !xpair_eqE /= andbC [d == a]eq_sym [c == b]eq_sym.
Qed.

Lemma vec_commutation m n (X : 'M[R]_(m, n)) : vec X *m commutation n m = vec X^T.
Proof. by apply: trmx_inj; rewrite trmx_mul tr_commutation commutation_vec. Qed.

Lemma commutationK m n : commutation m n *m commutation n m = 1%:M.
Proof.
apply/row_matrixP => i; rewrite row_mul row1 rowE -[delta_mx 0 i]unvecK.
by rewrite !vec_commutation trmxK.
Qed.
End Vec.
Arguments commutation {R} m n.

(* The blocks of the matrix of a form on directions.                                        *)
Section Blocks.
Variables (F : fieldType) (M : nat -> nat) (L : nat).
Notation dirs := (forall i : nat, 'M[F]_(M i.+1, M i)).

(* A unit vector of block k is a direction in layer k alone.                                *)
Lemma direction_delta (k : 'I_L) (i : 'I_(layer_size M k)) l : (l < L)%N ->
  direction (delta_mx 0 (tagnat.Rank k i)) l
  = single_layer (@unvec F (M k.+1) (M k) (delta_mx 0 i)) l.
Proof.
move=> lL; rewrite -[l]/(val (Ordinal lL)); move: (Ordinal lL) => {lL}l; rewrite directionE.
have [kl|kl] := eqVneq k l.
  subst l; rewrite single_layer_eq; congr unvec.
  by apply/rowP => j; rewrite !mxE !eqxx /= (inj_eq (@tagnat.rank_inj _ _)) eq_Tagged.
rewrite single_layer_neq // [submxrow _ _](_ : _ = 0); first by apply/matrixP => a b; rewrite !mxE.
apply/rowP => j; rewrite !mxE eqxx /=; case: eqP => // E; case/eqP: kl.
by rewrite -(tagnat.Rank1K i) -(tagnat.Rank1K j) -E.
Qed.

Variable form : dirs -> dirs -> F.
Hypothesis form_ext : forall U U' V V',
  (forall l, (l < L)%N -> U l = U' l) -> (forall l, (l < L)%N -> V l = V' l) ->
  form U V = form U' V'.

(* Block (k, l) is S (x) T^T if the form of a direction A in layer k and a direction B in    *)
(* layer l is tr (A^T S B T).                                                               *)
Lemma tens_block (k l : 'I_L) (S : 'M[F]_(M k.+1, M l.+1)) (T : 'M[F]_(M l, M k)) :
  (forall A B, form (single_layer A) (single_layer B) = \tr (A^T *m S *m B *m T)) ->
  submxblock (form_matrix (direction (L := L)) form) k l = S *t T^T.
Proof.
move=> formE; apply/matrixP => i j; rewrite !mxE.
rewrite (form_ext (direction_delta i) (direction_delta j)) formE -tens_form !unvecK.
by rewrite trmx_delta -rowE -colE !mxE.
Qed.

(* It is (S (x) T) P with the commutation matrix P if the form is tr (A^T S B^T T^T): the    *)
(* derivative with respect to the transposed layer, its columns permuted.                   *)
Lemma swapped_block (k l : 'I_L) (S : 'M[F]_(M k.+1, M l)) (T : 'M[F]_(M k, M l.+1)) :
  (forall A B, form (single_layer A) (single_layer B) = \tr (A^T *m S *m B^T *m T^T)) ->
  submxblock (form_matrix (direction (L := L)) form) k l = (S *t T) *m commutation (M l.+1) (M l).
Proof.
move=> formE; apply/matrixP => i j; rewrite [LHS]mxE [LHS]mxE.
rewrite (form_ext (direction_delta i) (direction_delta j)) formE.
rewrite -[T in RHS]trmxK -tens_form trmxK -commutation_vec mulmxA unvecK unvecK.
by rewrite -[in LHS](mulmxA (delta_mx 0 i)) trmx_delta -rowE -colE !mxE.
Qed.
End Blocks.
