From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker chain loss hessian kernel_equations blocks.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* The blocks of the Gauss-Newton parts H_o and H_f of the Hessian as Kronecker products,   *)
(* Eqs. (3) to (5) of Singh et al. 2021, with G = X (W^{L:1} X - Y)^T in place of Omega^T.    *)
(* Layers count from 0: chain j k = W_(k-1) ... W_j. For every depth, all widths, all        *)
(* weights and data, over every field.                                                      *)

(* The chain and its differentials when one layer changes, or two.                          *)
Section Forms.
Variables (R : comRingType) (M : nat -> nat) (W : forall i, 'M[R]_(M i.+1, M i)).
Notation chain := (chain W).
Notation one := single_layer.

(* A chain that begins above layer k does not change with it.                               *)
Lemma d_chain_above k (A : 'M_(M k.+1, M k)) j n : (k < j)%N -> d_chain W (one A) j n = 0.
Proof.
move=> kj; elim: n => // n IH; case: (leqP j n) => jn; last by rewrite /d_chain /= leqNgt jn.
by rewrite d_chain_S // IH mulmx0 addr0 single_layer_neq ?mul0mx // ltn_eqF // (leq_trans kj).
Qed.

(* The second differential for a direction A in layer k and one B in a later layer l.       *)
Lemma d2_chain_before k l n (A : 'M_(M k.+1, M k)) (B : 'M_(M l.+1, M l)) :
  (k < l)%N -> (l < n)%N ->
  d2_chain W (one A) (one B) 0 n = chain l.+1 n *m B *m chain k.+1 l *m A *m chain 0 k.
Proof.
move=> kl ln; rewrite d2_chain_single_layer1 // d_chain_single_layer1 //.
by rewrite d_chain_above 1?ltnW // !mul0mx add0r !mulmxA.
Qed.

(* Two directions in the same layer: the chain is linear in it.                             *)
Lemma d2_chain_same k n (A B : 'M_(M k.+1, M k)) : (k < n)%N ->
  d2_chain W (one A) (one B) 0 n = 0.
Proof.
move=> kn; rewrite d2_chain_single_layer1 // d_chain_above // d_chain_single_layer0 //.
by rewrite !mul0mx mulmx0 addr0.
Qed.

(* The chain is affine in one layer.                                                        *)
Lemma chain_add_below k n (A : 'M_(M k.+1, M k)) : (n <= k)%N ->
  chain.chain (fun i => W i + one A i) 0 n = chain 0 n.
Proof.
elim: n => // n IH nk; rewrite !chain_S // IH ?(ltnW nk) //.
by rewrite single_layer_neq ?addr0 // gtn_eqF.
Qed.

Lemma chain_add_single_layer k n (A : 'M_(M k.+1, M k)) : (k < n)%N ->
  chain.chain (fun i => W i + one A i) 0 n = chain 0 n + chain k.+1 n *m A *m chain 0 k.
Proof.
elim: n => // n IH; rewrite ltnS leq_eqVlt => /orP[/eqP <-|kn].
  by rewrite chain_id mul1mx !chain_S // chain_add_below // single_layer_eq mulmxDl.
rewrite chain_S // IH // single_layer_neq ?addr0 ?ltn_eqF // chain_S // mulmxDr !mulmxA.
by rewrite [chain k.+1 n.+1]chain_S.
Qed.
End Forms.

(* For directions in one layer each the forms are traces of products; blocks.v turns these  *)
(* into Kronecker products.                                                                 *)
Section HessianBlocks.
Variables (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)).
Variables (L N : nat) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)).
Notation chain := (chain W).
Notation one := single_layer.
Let G : 'M[F]_(M 0%N, M L) := X *m (residual X Y W)^T.
Notation H_o := (outer_hessian W L X).
Notation H_f := (functional_hessian W X Y).

(* Eq. (3), for all k and l: block (k, l) of H_o is                                         *)
(* W^{k+1:L} W^{L:l+1} (x) W^{k-1:1} Sigma W^{1:l-1}, with Sigma = X X^T.                      *)
Theorem outer_block (k l : 'I_L) :
  submxblock H_o k l
  = ((chain k.+1 L)^T *m chain l.+1 L) *t (chain 0 k *m (X *m X^T) *m (chain 0 l)^T).
Proof.
rewrite -[chain 0 k *m _ *m _]trmxK; apply: (tens_block (outer_form_ext W X)) => A B.
rewrite /outer_form !d_chain_single_layer1 // !trmx_mul !trmxK -!mulmxA [LHS]mxtrace_mulC.
by rewrite -!mulmxA [LHS]mxtrace_mulC !mulmxA.
Qed.

Lemma functional_form_before k l (A : 'M_(M k.+1, M k)) (B : 'M_(M l.+1, M l)) :
  (k < l)%N -> (l < L)%N ->
  functional_form W X Y (one A) (one B)
  = \tr (chain 0 k *m G *m chain l.+1 L *m B *m chain k.+1 l *m A).
Proof.
move=> kl lL; rewrite /functional_form d2_chain_before // -/G !mulmxA.
by rewrite mxtrace_mulC !mulmxA.
Qed.

(* Eq. (4), layer k before layer l, with the permutation from W^{l T} to W^l.                *)
Theorem functional_block_before (k l : 'I_L) : (k < l)%N ->
  submxblock H_f k l
  = ((chain k.+1 l)^T *t (chain 0 k *m G *m chain l.+1 L)) *m commutation (M l.+1) (M l).
Proof.
move=> kl; apply: (swapped_block (functional_form_ext W X Y)) => A B.
by rewrite functional_form_before // -mxtrace_tr !trmx_mul !trmxK !mulmxA.
Qed.

(* The diagonal blocks of H_f vanish.                                                       *)
Theorem functional_block_same (k : 'I_L) : submxblock H_f k k = 0.
Proof.
apply/matrixP => i j; rewrite !mxE.
rewrite (functional_form_ext W X Y (direction_delta F i) (direction_delta F j)).
by rewrite /functional_form d2_chain_same // mulmx0 mxtrace0.
Qed.

(* Eq. (5), layer k after layer l.                                                          *)
Theorem functional_block_after (k l : 'I_L) : (l < k)%N ->
  submxblock H_f k l
  = ((chain 0 l *m G *m chain k.+1 L)^T *t chain l.+1 k) *m commutation (M l.+1) (M l).
Proof.
move=> lk; apply: (swapped_block (functional_form_ext W X Y)) => A B.
rewrite functional_form_sym functional_form_before //.
move: (_ *m chain k.+1 L) => P.
rewrite -[P *m A *m _ *m B]mulmxA -mxtrace_tr trmx_mul [LHS]mxtrace_mulC.
by rewrite !trmx_mul !mulmxA.
Qed.
End HessianBlocks.
