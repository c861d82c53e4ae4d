From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker chain loss hessian kernel_equations.
From Hessproof Require Import blocks gauss_newton block_formulas.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* Equations (1) to (5) of Singh et al. 2021 and the identity of vec_r: the derivative of  *)
(* A W B, the gradient of the loss, the blocks of the Hessian. For every depth L, all       *)
(* widths (zero included), all weights and data: Eqs. (1) and (2) over every commutative    *)
(* ring, Eqs. (3) to (5) over every field. The right-hand sides are block_formulas.v,       *)
(* written from the derivations in symbolic/. Layer k here is layer k.+1 of the paper, and  *)
(* expectations are sums over the N samples: Sigma = X X^T, Omega = (W^{L:1} X - Y) X^T.    *)

(* Section S2.5: vec_r (A X B) = (A (x) B^T) vec_r X, for all matrices over any commutative ring. *)
Theorem vec_identity (R : comRingType) m n p q (A : 'M[R]_(m, p)) (B : 'M[R]_(q, n))
    (X : 'M[R]_(p, q)) : vec_left A B X = vec_right A B X.
Proof. by rewrite /vec_right tens_vec trmxK. Qed.

(* Eq. (1), for all matrices over any commutative ring: A W B changes by (A (x) B^T) vec_r V if W *)
(* changes by V; the map is linear, so this holds for every V and the matrix is its derivative.   *)
Theorem equation_1 (R : comRingType) (M : nat -> nat) k m n
    (A : 'M[R]_(m, M k.+1)) (B : 'M[R]_(M k, n)) (W V : 'M[R]_(M k.+1, M k)) :
  (vec (A *m (W + V) *m B))^T = (vec (A *m W *m B))^T + eq1 A B *m (vec V)^T.
Proof. by rewrite /eq1 tens_vec trmxK mulmxDr mulmxDl vecD linearD. Qed.

Section Network.
Variables (R : comRingType) (M : nat -> nat) (W : forall i, 'M[R]_(M i.+1, M i)).
Variable L : nat.

(* Eq. (1) for the network F(x) = W^{L:1} x, for all weights over any commutative ring: it      *)
(* changes by (W^{L:k+1} (x) x^T W^{1:k-1}) vec_r V if layer k changes by V. F is affine in one *)
(* layer, so V need not be small.                                                               *)
Theorem equation_1_network (x : 'cV[R]_(M 0%N)) k (V : 'M[R]_(M k.+1, M k)) : (k < L)%N ->
  (vec (chain (fun i => W i + single_layer V i) 0 L *m x))^T
  = (vec (chain W 0 L *m x))^T + eq1_network W L x k *m (vec V)^T.
Proof.
move=> kL; rewrite /eq1_network tens_vec trmx_mul !trmxK.
by rewrite chain_add_single_layer // mulmxDl vecD linearD /= !mulmxA.
Qed.

Variables (N : nat) (X : 'M[R]_(M 0%N, N)) (Y : 'M[R]_(M L, N)).
Notation Omega := (residual X Y W *m X^T).

(* The differential of the half-square loss is the inner product with Eq. (2), the matrices *)
(* W^{k+1:L} Omega W^{1:k-1}.                                                               *)
Lemma gradient_formE U : gradient_form W X Y U = \sum_(k < L) \tr ((eq2 W Omega k)^T *m U k).
Proof.
rewrite /gradient_form d_chain_sum // mulmx_suml mulmx_sumr big_mkord raddf_sum /=.
apply: eq_bigr => k _; rewrite /eq2 !trmx_mul !trmxK -!mulmxA [RHS]mxtrace_mulC.
by rewrite -!mulmxA [RHS]mxtrace_mulC -!mulmxA.
Qed.

(* Eq. (2), for all weights and data over any commutative ring: to first order in e the square *)
(* loss, which is twice the paper's, changes by 2 e times the inner product of the direction U *)
(* with W^{k+1:L} Omega W^{1:k-1}.                                                             *)
Theorem equation_2 U (e : R) : e * e = 0 ->
  square_loss X Y (fun i => W i + e *: U i)
  = square_loss X Y W + e * ((\sum_(k < L) \tr ((eq2 W Omega k)^T *m U k)) *+ 2).
Proof.
move=> ee; rewrite -gradient_formE.
have := square_loss_expand ee (mul0r 0) W U U X Y; rewrite mulr0 !mul0r !addr0 => <-.
rewrite /square_loss /residual (@chain_extW _ _ _ (moved_weights e 0 W U U)) // => i.
by rewrite /moved_weights scale0r addr0.
Qed.

(* Eq. (2) as published, for one sample, over any commutative ring: the gradient in layer k is *)
(* W^{k+1:L} [W^{L:1} x x^T - y x^T] W^{1:k-1}.                                                *)
Theorem equation_2_sample (x : 'cV[R]_(M 0%N)) (y : 'cV[R]_(M L)) k :
  eq2_sample W x y k = eq2 W (residual x y W *m x^T) k.
Proof. by rewrite /eq2_sample /eq2 /residual mulmxBl. Qed.
End Network.

Section HessianBlocks.
Variables (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)).
Variables (L N : nat) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)).
Implicit Types k l : 'I_L.
Notation Sigma := (X *m X^T).
Notation Omega := (residual X Y W *m X^T).

(* Eq. (3), for all k and l, all weights and data over any field: block (k, l) of H_o is *)
(* W^{k+1:L} W^{L:l+1} (x) W^{k-1:1} Sigma W^{1:l-1}.                                    *)
Theorem equation_3 k l : submxblock (outer_hessian W L X) k l = eq3 W L Sigma k l.
Proof. exact: outer_block. Qed.

(* Eq. (4), k before l, for all weights and data over any field: block (k, l) of H_f is           *)
(* W^{k+1:l-1} (x) W^{k-1:1} Omega^T W^{L:l+1}, the derivative with respect to W^{l T}, times the *)
(* permutation that leads to W^l.                                                                 *)
Theorem equation_4 k l : (k < l)%N ->
  submxblock (functional_hessian W X Y) k l = eq4 W Omega k l *m commutation (M l.+1) (M l).
Proof. by move=> kl; rewrite functional_block_before // /eq4 trmx_mul trmxK. Qed.

(* Eq. (5), k after l, for all weights and data over any field: block (k, l) of H_f is W^{k+1:L}  *)
(* Omega W^{1:l-1} (x) W^{k-1:l+1}, the derivative with respect to W^{l T}, times the permutation *)
(* that leads to W^l.                                                                             *)
Theorem equation_5 k l : (l < k)%N ->
  submxblock (functional_hessian W X Y) k l = eq5 W Omega k l *m commutation (M l.+1) (M l).
Proof.
move=> lk; rewrite functional_block_after // /eq5.
by rewrite !trmx_mul trmxK !mulmxA.
Qed.

(* Section 3.1: the diagonal blocks of the Hessian of the loss have no Omega, for all weights and *)
(* data over any field.                                                                           *)
Theorem diagonal_block k : submxblock (loss_hessian W X Y) k k = diag W L Sigma k.
Proof. by rewrite gauss_newton submxblockD functional_block_same addr0 outer_block. Qed.

(* Eqs. (3) and (4) together: block (k, l) of the Hessian of the loss for k before l, for all *)
(* weights and data over any field.                                                           *)
Theorem loss_block_before k l : (k < l)%N ->
  submxblock (loss_hessian W X Y) k l
  = eq3 W L Sigma k l + eq4 W Omega k l *m commutation (M l.+1) (M l).
Proof. by move=> kl; rewrite gauss_newton submxblockD equation_3 equation_4. Qed.

(* Eqs. (3) and (5) together: block (k, l) of the Hessian of the loss for k after l, for all *)
(* weights and data over any field.                                                          *)
Theorem loss_block_after k l : (l < k)%N ->
  submxblock (loss_hessian W X Y) k l
  = eq3 W L Sigma k l + eq5 W Omega k l *m commutation (M l.+1) (M l).
Proof. by move=> lk; rewrite gauss_newton submxblockD equation_3 equation_5. Qed.
End HessianBlocks.
