From mathcomp Require Import all_ssreflect all_algebra.
From Hessproof Require Import kronecker chain loss hessian outer_rank.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* Singh et al. 2021, the remark after Corollary 4: the outer-product Hessian H_o, the Jacobian J *)
(* of the outputs at all samples, the tangent kernel J J^T and the Fisher information J^T J of    *)
(* outputs with Gaussian noise all have one rank. (H_o is J^T J itself, here without the factor   *)
(* 1/N.) For all weights and data over an ordered field.                                          *)
Section Remark.
Variables (F : realFieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)).
Variables (L N : nat) (X : 'M[F]_(M 0%N, N)).
Notation J := (jacobian W L X).

(* The matrix J takes a direction in the space of parameters to the derivative of the outputs at *)
(* all samples, for all weights and inputs.                                                      *)
Theorem ntk_jacobian (u : 'rV_(\sum_(l < L) layer_size M l)) :
  vec (d_chain W (direction u) 0 L *m X) = u *m J^T.
Proof. exact: jacobianE. Qed.

(* The Jacobian J of the outputs at all samples has the rank of the outer-product Hessian H_o, *)
(* for all weights and data over an ordered field.                                             *)
Theorem ntk_rank_jacobian : \rank J = \rank (outer_hessian W L X).
Proof. by rewrite rank_outer_hessian. Qed.

(* The tangent kernel J J^T has the rank of the outer-product Hessian H_o, for all weights and *)
(* data over an ordered field.                                                                 *)
Theorem ntk_rank_kernel : \rank (J *m J^T) = \rank (outer_hessian W L X).
Proof. by rewrite rank_gram rank_outer_hessian. Qed.

(* The Fisher information J^T J of outputs with Gaussian noise has the rank of the outer-product *)
(* Hessian H_o, for all weights and data over an ordered field.                                  *)
Theorem ntk_rank_fisher : \rank (J^T *m J) = \rank (outer_hessian W L X).
Proof. by rewrite outer_hessian_jacobian. Qed.
End Remark.
