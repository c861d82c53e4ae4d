From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker chain blocks.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* The last lines of the derivations in symbolic/layer_blocks.py, gauss_newton.py and     *)
(* range.py, written by proofs_check/formal/blocks.py. Do not edit.                      *)
(* Layer k here is layer k.+1 of the paper: chain j k = W^k ... W^(j+1).                  *)
Section BlockFormulas.
Variables (R : comRingType) (M : nat -> nat) (W : forall i, 'M[R]_(M i.+1, M i)).
Variables (L : nat) (Sigma : 'M[R]_(M 0%N)) (Omega : 'M[R]_(M L, M 0%N)).
Variables (x : 'cV[R]_(M 0%N)) (y : 'cV[R]_(M L)).
(* A direction: one matrix for each layer.                                               *)
Variable U : forall i, 'M[R]_(M i.+1, M i).
Notation chain := (chain W).

(* derivative of AWB; Singh, Bachmann & Hofmann 2021, Eq. (1) *)
Definition eq1 (k m n : nat) (A : 'M[R]_(m, M k.+1)) (B : 'M[R]_(M k, n)) :
    'M[R]_((m * n), (M k.+1 * M k)) :=
  A *t B^T.

(* Jacobian of the network; Singh, Bachmann & Hofmann 2021, Eq. (1) *)
Definition eq1_network (k : nat) : 'M[R]_((M L * 1), (M k.+1 * M k)) :=
  chain k.+1 L *t (x^T *m (chain 0 k)^T).

(* vec identity, entry by entry; Singh, Bachmann & Hofmann 2021, section 3.2 and S2.5 *)
Definition vec_left (m n p q : nat) (A : 'M[R]_(m, p)) (B : 'M[R]_(q, n)) (X : 'M[R]_(p, q)) :
    'M[R]_((m * n), 1) :=
  (vec (A *m X *m B))^T.

(* vec identity, entry by entry; Singh, Bachmann & Hofmann 2021, section 3.2 and S2.5 *)
Definition vec_right (m n p q : nat) (A : 'M[R]_(m, p)) (B : 'M[R]_(q, n)) (X : 'M[R]_(p, q)) :
    'M[R]_((m * n), 1) :=
  (A *t B^T) *m (vec X)^T.

(* gradient of the loss; Singh, Bachmann & Hofmann 2021, Eq. (2) and the definition of Omega *)
Definition eq2 (k : nat) : 'M[R]_(M k.+1, M k) :=
  (chain k.+1 L)^T *m Omega *m (chain 0 k)^T.

(* gradient at a sample; Singh, Bachmann & Hofmann 2021, Eq. (2) *)
Definition eq2_sample (k : nat) : 'M[R]_(M k.+1, M k) :=
  (chain k.+1 L)^T *m (chain 0 L *m x *m x^T + - (y *m x^T)) *m (chain 0 k)^T.

(* diagonal block; Singh, Bachmann & Hofmann 2021, section 3.1 *)
Definition diag (k : nat) : 'M[R]_((M k.+1 * M k), (M k.+1 * M k)) :=
  ((chain k.+1 L)^T *m chain k.+1 L) *t (chain 0 k *m Sigma *m (chain 0 k)^T).

(* outer part, k before l; Singh, Bachmann & Hofmann 2021, Eq. (3) *)
Definition eq3 (k l : nat) : 'M[R]_((M k.+1 * M k), (M l.+1 * M l)) :=
  ((chain k.+1 L)^T *m chain l.+1 L) *t (chain 0 k *m Sigma *m (chain 0 l)^T).

(* functional part, k before l; Singh, Bachmann & Hofmann 2021, Eq. (4) *)
Definition eq4 (k l : nat) : 'M[R]_((M k.+1 * M k), (M l * M l.+1)) :=
  (chain k.+1 l)^T *t (chain 0 k *m Omega^T *m chain l.+1 L).

(* functional part, k after l; Singh, Bachmann & Hofmann 2021, Eq. (5) *)
Definition eq5 (k l : nat) : 'M[R]_((M k.+1 * M k), (M l * M l.+1)) :=
  ((chain k.+1 L)^T *m Omega *m (chain 0 l)^T) *t chain l.+1 k.

(* outer-product block; Singh, Bachmann & Hofmann 2021, section 3.1 and Prop. 2 *)
Definition split_outer (k l : nat) : 'M[R]_((M k.+1 * M k), (M l.+1 * M l)) :=
  ((chain k.+1 L)^T *m chain l.+1 L) *t (chain 0 k *m Sigma *m (chain 0 l)^T).

(* functional block, k before l; Singh, Bachmann & Hofmann 2021, section 3.1 *)
Definition split_before (k l : nat) : 'M[R]_((M k.+1 * M k), (M l.+1 * M l)) :=
  ((chain k.+1 l)^T *t (chain 0 k *m Omega^T *m chain l.+1 L)) *m commutation (M l.+1) (M l).

(* functional block, k = l; Singh, Bachmann & Hofmann 2021, section 3.1 *)
Definition split_same (k : nat) : 'M[R]_((M k.+1 * M k), (M k.+1 * M k)) :=
  0.

(* functional block, k after l; Singh, Bachmann & Hofmann 2021, section 3.1 *)
Definition split_after (k l : nat) : 'M[R]_((M k.+1 * M k), (M l.+1 * M l)) :=
  (((chain k.+1 L)^T *m Omega *m (chain 0 l)^T) *t chain l.+1 k) *m commutation (M l.+1) (M l).

(* factorisation of the outer-product Hessian; Singh, Bachmann & Hofmann 2021, Prop. 2 *)
Definition prop2 (k l : nat) : 'M[R]_((M k.+1 * M k), (M l.+1 * M l)) :=
  ((chain k.+1 L)^T *t chain 0 k) *m ((1%:M : 'M_(M L)) *t Sigma) *m (chain l.+1 L *t
      (chain 0 l)^T).

(* range of the outer-product Hessian; Singh, Bachmann & Hofmann 2021, section 3.2 *)
Definition range_o (k : nat) : 'M[R]_((M k.+1 * M k), 1) :=
  (vec ((chain k.+1 L)^T *m (\sum_(0 <= l < L) (chain l.+1 L *m U l *m chain 0 l)) *m Sigma *m
      (chain 0 k)^T))^T.

(* range of the functional Hessian; Singh, Bachmann & Hofmann 2021, section 3.2 *)
Definition range_f (k : nat) : 'M[R]_((M k.+1 * M k), 1) :=
  (vec ((chain k.+1 L)^T *m Omega *m (\sum_(0 <= l < k) (chain l.+1 k *m U l *m chain 0 l))^T +
      (\sum_(k.+1 <= l < L) (chain l.+1 L *m U l *m chain k.+1 l))^T *m Omega *m
      (chain 0 k)^T))^T.

End BlockFormulas.
