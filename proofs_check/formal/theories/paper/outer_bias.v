From mathcomp Require Import all_ssreflect all_algebra.
From Hessproof Require Import formulas narrowest int_ring chain hessian.
From Hessproof Require Import tensor_flag outer_rank outer_bound.
From Hessproof Require Import bias bias_decoupling bias_outer bias_augmented.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* The rank of H_o with bias, exactly (this project's amendment of the remark   *)
(* after Theorem 12). Cov is N times the covariance of the inputs.              *)

(* For all weights, biases, and data: rk H_o with bias is K more than without,  *)
(* on inputs less their mean. In every field where the number of samples is not *)
(* zero.                                                                        *)
Theorem outer_bias_centred (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i))
    (b : forall i, 'cV[F]_(M i.+1)) (L N : nat) (X : 'M[F]_(M 0%N, N)) :
    (0 < L)%N -> N%:R != 0 :> F ->
  \rank (biased_outer_hessian W b L X) = (M L + \rank (outer_hessian W L (centred X)))%N.
Proof. by case: L => // L _ N0; apply: biased_outer_rank => //; apply: centred_sum. Qed.

(* A product with a Gram matrix has the rank of the product with its factor.    *)
Lemma rank_mul_gram (F : realFieldType) a n N (A : 'M[F]_(a, n)) (X : 'M[F]_(n, N)) :
  \rank (A *m (X *m X^T)) = \rank (A *m X).
Proof.
apply/eqP; rewrite eqn_leq mulmxA mxrankM_maxl /= -(rank_gram (A *m X)) trmx_mul mulmxA.
exact: mxrankM_maxl.
Qed.

(* The formula with bias is K more than that without, at r~ - 1.                *)
Lemma outer_bias_genericE L M r : outer_bias_generic L M r.+1 = (M L)%:Z + outer_generic L M r.
Proof.
rewrite /outer_generic /outer_bias_generic q_centred_ofE subn1 /=.
have -> : r.+1%:Z = r%:Z + 1 by rewrite -addn1 PoszD.
move: (q_of _ _ _)%:Z r%:Z (M L)%:Z => q x K; int_ring.
Qed.

Section OrderedField.
Variables (F : realFieldType) (M : nat -> nat) (L N : nat) (X : 'M[F]_(M 0%N, N)).
Hypotheses (L0 : (0 < L)%N) (N0 : (0 < N)%N).
Notation Cov := (centred X *m (centred X)^T).
Notation r_aug := (\rank (augmented X)).

Let N1 : N%:R != 0 :> F.
Proof. by rewrite pnatr_eq0 -lt0n. Qed.

Let augmented_rank : r_aug = (\rank (centred X)).+1.
Proof. exact: rank_augmented. Qed.

(* Over an ordered field, for all weights, biases, and data: rk H_o is K and    *)
(* sum a_l b_(l-1) - sum a_l b_l with a_l = rk W^{L:l+1}, b_l = rk W^{l:1} Cov. *)
Theorem outer_bias_exact (W : forall i, 'M[F]_(M i.+1, M i)) (b : forall i, 'cV[F]_(M i.+1)) :
  (\rank (biased_outer_hessian W b L X))%:Z
  = (M L)%:Z
    + jacobian_chain L (fun l => \rank (chain W l L)) (fun l => \rank (chain W 0 l *m Cov)).
Proof.
rewrite outer_bias_centred // PoszD (rank_outer_hessian W L (centred X)) rank_jacobian.
by congr (_ + _); rewrite !jacobian_chainE; apply: eq_tensor_flag => i _; rewrite ?rank_mul_gram.
Qed.

(* Over an ordered field, for all weights, biases, and data: H_o with bias has rank at most K + q *)
(* (K - q + r~ - 1), with r~ = rk (x, 1) and q = min(r~ - 1, M_1, ..., M_(L-1), K).               *)
Theorem outer_bias_upper_bound (W : forall i, 'M[F]_(M i.+1, M i)) (b : forall i, 'cV[F]_(M i.+1)) :
  (\rank (biased_outer_hessian W b L X))%:Z <= outer_bias_bound L M r_aug.
Proof.
rewrite outer_bias_centred // PoszD (rank_outer_hessian W L (centred X)) augmented_rank.
rewrite -[outer_bias_bound _ _ _]/(outer_bias_generic _ _ _) outer_bias_genericE ler_add2l.
exact: rank_jacobian_le.
Qed.

(* Over an ordered field every data set has weights at which, with any biases, H_o has the *)
(* largest rank K + q (K - q + r~ - 1), with r~ = rk (x, 1) and q = min(r~ - 1, M_1, ...,  *)
(* M_(L-1), K).                                                                            *)
Theorem outer_bias_attained : exists W : forall i, 'M[F]_(M i.+1, M i), forall b,
  (\rank (biased_outer_hessian W b L X))%:Z = outer_bias_generic L M r_aug.
Proof.
have [W whole] := @outer_attained F M L N (centred X) L0; exists W => b.
rewrite outer_bias_centred // PoszD (rank_outer_hessian W L (centred X)) augmented_rank.
by rewrite outer_bias_genericE (rank_jacobian_whole L0 whole).
Qed.
End OrderedField.
