From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker chain loss hessian tensor_flag gram formulas.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* The outer-product Hessian H_o and the network Jacobian, for all weights    *)
(* and all data: H_o = A_o (1 (x) X X^T) A_o^T = J^T J, the rank of J is a    *)
(* staircase in the ranks of the partial products, and over an ordered field  *)
(* H_o has the rank of J.                                                     *)

(* vec (A^T R B) = vec R (A (x) B), for rows. *)
Lemma vec_mul (R : comRingType) a b a' b' (Z : 'M[R]_(a, b)) (A : 'M_(a, a')) (B : 'M_(b, b')) :
  vec (A^T *m Z *m B) = vec Z *m (A *t B).
Proof. by rewrite -[RHS]unvecK unvec_mul vecK. Qed.

(* A Gram matrix over an ordered field has the rank of its factor. *)
Lemma rank_gram (F : realFieldType) a b (Z : 'M[F]_(a, b)) : \rank (Z *m Z^T) = \rank Z.
Proof.
apply/eqP; rewrite eqn_leq mxrankM_maxl /=.
suff sub : (kermx (Z *m Z^T) <= kermx Z)%MS.
  move: (mxrankS sub); rewrite !mxrank_ker leq_subLR addnBA ?rank_leq_row //.
  rewrite leq_subRL ?leq_add2r //.
  exact: leq_trans (rank_leq_row Z) (leq_addl _ _).
apply/sub_kermxP; set k := kermx _; apply: tr_sq_eq0.
by rewrite trmx_mul !mulmxA -[k *m Z *m Z^T]mulmxA mulmx_ker mul0mx mxtrace0.
Qed.

Section Jacobian.
Variables (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)).
Variables (L N : nat) (X : 'M[F]_(M 0%N, N)).
Notation np := (\sum_(l < L) layer_size M l)%N.
Notation chain := (chain W).

(* Block l of A_o: W^{L:l+1} and W^{l-1:1} of the paper, transposed. *)
Definition A_o_block (l : nat) : 'M[F]_(M l.+1 * M l, M L * M 0%N) :=
  (chain l.+1 L)^T *t chain 0 l.

Definition A_o : 'M[F]_(np, M L * M 0%N) := \mxcol_(l < L) A_o_block l.

(* The derivatives of all outputs on all samples. *)
Definition jacobian : 'M[F]_(M L * N, np) := (A_o *m (1%:M *t X))^T.

(* A_o^T is the Jacobian of the end-to-end matrix W^{L:1} in the parameters. *)
Lemma d_chain_A_o (u : 'rV_np) : vec (d_chain W (direction u) 0 L) = u *m A_o.
Proof.
rewrite -{2}[u]submxrowK /A_o mul_mxrow_mxcol d_chain_sum // big_mkord.
rewrite -[RHS]unvecK; congr vec.
have -> : unvec (\sum_l submxrow u l *m A_o_block l)
          = \sum_l unvec (submxrow u l *m A_o_block l).
  apply/matrixP => i j; rewrite !(mxE, summxE); apply: eq_bigr => l _.
  by rewrite !mxE.
by apply: eq_bigr => l _; rewrite unvec_mul trmxK directionE.
Qed.

(* J is the Jacobian of the outputs W^{L:1} X. *)
Theorem jacobianE (u : 'rV_np) : vec (d_chain W (direction u) 0 L *m X) = u *m jacobian^T.
Proof. by rewrite /jacobian trmxK mulmxA -d_chain_A_o -vec_mul trmx1 mul1mx. Qed.

(* Proposition 2: H_o = A_o (1 (x) X X^T) A_o^T, which is J^T J. *)
Theorem outer_hessian_jacobian : outer_hessian W L X = jacobian^T *m jacobian.
Proof.
apply/matrixP => i j; rewrite mxE /outer_form trace_vec !jacobianE -!rowE !mxE.
by apply: eq_bigr => k _; rewrite !mxE.
Qed.

(* With Sigma between the factors, up to the number of samples. *)
Theorem outer_hessian_A_o : outer_hessian W L X = A_o *m (1%:M *t (X *m X^T)) *m A_o^T.
Proof.
rewrite outer_hessian_jacobian /jacobian trmxK trmx_mul trmx_tens trmx1.
by rewrite mulmxA -[A_o *m _ *m _]mulmxA tensmx_mul mulmx1.
Qed.

(* The row spaces of (W^{L:l+1})^T grow with l, those of W^{l-1:1} X shrink:  *)
(* the blocks of the Jacobian are a tensor flag.                              *)
Lemma jacobian_mxcol :
  jacobian^T = \mxcol_(l < L) ((chain l.+1 L)^T *t (chain 0 l *m X)).
Proof.
rewrite /jacobian trmxK /A_o mxcol_mul; apply/eq_mxcol => l.
by rewrite tensmx_mul mulmx1.
Qed.

Lemma above_growing l : (l.+1 < L)%N -> ((chain l.+1 L)^T <= (chain l.+2 L)^T)%MS.
Proof. by move=> lL; rewrite (chain_comp W (leqnSn l.+1) lL) trmx_mul submxMl. Qed.

Lemma below_shrinking l : (chain 0 l.+1 *m X <= chain 0 l *m X)%MS.
Proof. by rewrite chain_S // -mulmxA submxMl. Qed.

(* The rank of the Jacobian for all weights and data, over any field. *)
Theorem rank_jacobian :
  (\rank jacobian)%:Z
  = jacobian_chain L (fun l => \rank (chain l L)) (fun l => \rank (chain 0 l *m X)).
Proof.
pose U l := (chain l.+1 L)^T; pose V l := chain 0 l *m X.
rewrite -mxrank_tr jacobian_mxcol (rank_mxcol_flag (U := U) (V := V)) => [|l|l lL].
- rewrite jacobian_chainE; apply: eq_tensor_flag => i /andP[i0 _] //.
  by rewrite mxrank_tr prednK.
- exact: above_growing.
- exact: below_shrinking.
Qed.
End Jacobian.

(* On inputs of rank d = M_0, such as the unit vectors, it is the rank of A_o. *)
Section OneToOneData.
Variables (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)) (L : nat).

Lemma rank_jacobian_row_free N (X : 'M[F]_(M 0%N, N)) :
  row_free X -> \rank (jacobian W L X) = \rank (A_o W L).
Proof.
move=> Xf; rewrite /jacobian mxrank_tr mxrankMfree //.
by apply: row_free_tens Xf; rewrite row_free_unit unitmx1.
Qed.

Lemma rank_A_o_jacobian : \rank (A_o W L) = \rank (jacobian W L (1%:M : 'M_(M 0%N))).
Proof. by rewrite rank_jacobian_row_free // row_free_unit unitmx1. Qed.

(* So the rank of A_o, for all weights over any field. *)
Theorem rank_A_o :
  (\rank (A_o W L))%:Z
  = a_o_chain L (fun l => \rank (chain W l L)) (fun l => \rank (chain W 0 l)).
Proof.
rewrite rank_A_o_jacobian rank_jacobian -[RHS]/(jacobian_chain L _ _) !jacobian_chainE.
by apply: eq_tensor_flag => i _; rewrite ?mulmx1.
Qed.
End OneToOneData.

(* Over an ordered field H_o has the rank of the Jacobian. *)
Theorem rank_outer_hessian (F : realFieldType) (M : nat -> nat)
    (W : forall i, 'M[F]_(M i.+1, M i)) (L N : nat) (X : 'M[F]_(M 0%N, N)) :
  \rank (outer_hessian W L X) = \rank (jacobian W L X).
Proof.
by rewrite outer_hessian_jacobian -{2}[jacobian W L X]trmxK rank_gram mxrank_tr.
Qed.
