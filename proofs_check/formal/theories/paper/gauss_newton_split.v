From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker chain loss hessian kernel_equations.
From Hessproof Require Import blocks gauss_newton block_formulas.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* The Gauss-Newton split of Singh et al. 2021, section 3.1: the Hessian of the loss is     *)
(* H_o + H_f with H_o = E[dF^T dF] and H_f = E[sum_c delta_c d^2 F_c], block by block, and    *)
(* the factorisation of a block of H_o in Proposition 2. For every depth, all widths, all   *)
(* weights and data, over every field. Expectations are sums over the N samples.            *)
Section Split.
Variables (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)).
Variables (L N : nat) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)).
Implicit Types (k l : 'I_L) (U V : forall i, 'M[F]_(M i.+1, M i)).
Notation H_o := (outer_hessian W L X).
Notation H_f := (functional_hessian W X Y).
Notation Sigma := (X *m X^T).
Notation Omega := (residual X Y W *m X^T).

(* The Gauss-Newton split H_L = H_o + H_f, for all weights and data over any field. *)
Theorem split : loss_hessian W X Y = (H_o + H_f)%R.
Proof. exact: gauss_newton. Qed.

(* H_o = E[dF^T dF], for all weights and data over any field: block (k, l) is the sum over the *)
(* samples x of J_k^T J_l with the Jacobians J_k = W^{L:k+1} (x) x^T W^{1:k-1} of Eq. (1).     *)
Theorem outer_definition k l :
  submxblock H_o k l
  = \sum_(i < N) (eq1_network W L (col i X) k)^T *m eq1_network W L (col i X) l.
Proof.
rewrite outer_block /eq1_network; under eq_bigr do rewrite trmx_tens tensmx_mul.
rewrite -tens_sumr; congr (_ *t _).
under eq_bigr do rewrite trmx_mul !trmxK -mulmxA [col _ X *m _]mulmxA.
by rewrite -mulmx_sumr -mulmx_suml mul_cols !mulmxA.
Qed.

(* H_f = E[sum_c delta_c d^2 F_c], for all weights and data over any field: its form is the sum, *)
(* over samples i and outputs c, of the residual times the second differential of that output.   *)
Theorem functional_definition U V :
  functional_form W X Y U V
  = \sum_(i < N) \sum_(c < M L) residual X Y W c i * (d2_chain W U V 0 L *m X) c i.
Proof.
rewrite /functional_form -mulmxA mxtrace_mulC -mulmxA /mxtrace; apply: eq_bigr => i _.
by rewrite mxE; apply: eq_bigr => c _; rewrite mxE.
Qed.

(* Block (k, l) of H_o in the split, for all k and l, all weights and data over any field. *)
Theorem split_outer_block k l : submxblock H_o k l = split_outer W L Sigma k l.
Proof. exact: outer_block. Qed.

(* Block (k, l) of H_f in the split for k before l, for all weights and data over any field. *)
Theorem split_block_before k l : (k < l)%N -> submxblock H_f k l = split_before W Omega k l.
Proof. by move=> kl; rewrite functional_block_before // /split_before trmx_mul trmxK. Qed.

(* The diagonal blocks of H_f are zero, for all weights and data over any field, since the *)
(* network is linear in each single layer.                                                 *)
Theorem split_block_same k : submxblock H_f k k = split_same F M k.
Proof. exact: functional_block_same. Qed.

(* Block (k, l) of H_f in the split for k after l, for all weights and data over any field. *)
Theorem split_block_after k l : (l < k)%N -> submxblock H_f k l = split_after W Omega k l.
Proof.
move=> lk; rewrite functional_block_after // /split_after.
by rewrite !trmx_mul trmxK !mulmxA.
Qed.

(* Proposition 2, one block of H_o, for all weights and data over any field: it is B_o = 1 (x) *)
(* Sigma between W^{L:k+1 T} (x) W^{k-1:1} and its counterpart for l.                          *)
Theorem proposition_2_block k l : submxblock H_o k l = prop2 W L Sigma k l.
Proof. by rewrite outer_block /prop2 !tensmx_mul mulmx1. Qed.
End Split.
