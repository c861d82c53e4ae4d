From mathcomp Require Import all_ssreflect all_algebra.
From SsrMultinomials Require Import mpoly.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker chain loss hessian outer_rank outer_bound.
From Hessproof Require Import rectangular_identities formulas narrowest.
From Hessproof Require Import generic generic_hessian generic_product.
From Hessproof.paper Require Import fact7.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* Almost all weights. The paper has its ranks for "generic" weights, or for weights drawn *)
(* at random from a continuous distribution. Here: outside the zero set of one nonzero     *)
(* polynomial in all the p entries of the weights together (almost_all of generic.v). A    *)
(* vector w of parameters is the network whose weights are direction w.                    *)

(* Singh et al. 2021, Fact 7, for almost all weights: over an ordered field, for every data    *)
(* set X, Y, the Hessian of the loss has rank 2 q M - L q^2 + q (r + K) at almost all weights. *)
Theorem fact7_almost_all (F : realFieldType) (M : nat -> nat) (L N : nat)
    (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)) : (0 < L)%N ->
  almost_all (fun w : 'rV[F]_(\sum_(l < L) layer_size M l) =>
    (\rank (loss_hessian (direction w) X Y))%:Z = fact7 L M (\rank X)).
Proof.
move=> L0; apply: (@generic_rank_eq _ _ _ _ _ (fun W => loss_hessian W X Y)).
- by move=> W W' WW; apply: loss_hessian_local.
- exact: polynomial_loss_hessian.
- by move=> W; apply: fact7_upper_bound.
- exact: fact7_attained.
Qed.

(* Singh et al. 2021, Fact 7, for almost all weights over any field in which 2L - 1 is not zero, *)
(* if the inputs are the unit vectors (X = 1) and the labels zero: the Hessian of the loss has   *)
(* rank 2 q M - L q^2 + q (d + K).                                                               *)
Theorem fact7_almost_all_any_field (F : fieldType) (M : nat -> nat) (L : nat) :
    (0 < L)%N -> (2 * L).-1%:R != 0 :> F ->
  almost_all (fun w : 'rV[F]_(\sum_(l < L) layer_size M l) =>
    (\rank (loss_hessian (direction w) (1%:M : 'M_(M 0%N)) (0 : 'M_(M L, M 0%N))))%:Z
    = fact7 L M (M 0%N)).
Proof.
move=> L0 char; apply: (@generic_rank_eq _ _ _ _ _ (fun W => loss_hessian W 1%:M 0)).
- by move=> W W' WW; apply: loss_hessian_local.
- exact: polynomial_loss_hessian.
- by move=> W; have := fact7_upper_bound W 1%:M (0 : 'M_(M L, M 0%N)); rewrite mxrank1.
have [s sL qE] : exists2 s, (s <= L)%N & q_of L M (M 0%N) = M s.
  by have [->|[s /andP[_ sL] ->]] := q_of_attained M (M 0%N) L0; [exists 0%N | exists s].
have qm l : (l <= L)%N -> (M s <= M l)%N by move=> lL; rewrite -qE q_of_le_widths.
have rank_id := rank_loss_hessian_id L0 sL qm char.
eexists; apply: (addIr (L * (q_of L M (M 0%N) * q_of L M (M 0%N)))%:Z).
by rewrite fact7E qE -PoszD; congr Posz; apply: rank_id.
Qed.

(* The Jacobian of the outputs in the parameters, over any field and for any data: it has rank *)
(* q (r + K - q) at almost all weights.                                                        *)
Theorem jacobian_almost_all (F : fieldType) (M : nat -> nat) (L N : nat) (X : 'M[F]_(M 0%N, N)) :
    (0 < L)%N ->
  almost_all (fun w : 'rV[F]_(\sum_(l < L) layer_size M l) =>
    (\rank (jacobian (direction w) L X))%:Z = outer_generic L M (\rank X)).
Proof.
move=> L0; apply: almost_all_imp (generic_rank_outputs X L0) => w.
exact: rank_jacobian_whole.
Qed.

(* Singh et al. 2021, Theorem 3, for almost all weights, over any field: rk A_o = q (d + K - q). *)
(* (Maximal rank of each weight matrix is not enough for it; almost all weights are.)            *)
Theorem theorem3_almost_all (F : fieldType) (M : nat -> nat) (L : nat) : (0 < L)%N ->
  almost_all (fun w : 'rV[F]_(\sum_(l < L) layer_size M l) =>
    (\rank (A_o (direction w) L))%:Z = thm3 L M (M 0%N)).
Proof.
move=> L0; apply: almost_all_imp (jacobian_almost_all (1%:M : 'M[F]_(M 0%N)) L0) => w.
by rewrite mxrank1 -mxrank_tr /jacobian trmxK tensmx11 mulmx1.
Qed.

(* Singh et al. 2021, Corollary 4, for almost all weights: over an ordered field, for every data *)
(* set, the outer-product Hessian has rank q (r + K - q).                                        *)
Theorem corollary4_almost_all (F : realFieldType) (M : nat -> nat) (L N : nat)
    (X : 'M[F]_(M 0%N, N)) : (0 < L)%N ->
  almost_all (fun w : 'rV[F]_(\sum_(l < L) layer_size M l) =>
    (\rank (outer_hessian (direction w) L X))%:Z = cor4 L M (\rank X)).
Proof.
move=> L0; apply: almost_all_imp (jacobian_almost_all X L0) => w.
by rewrite rank_outer_hessian.
Qed.
