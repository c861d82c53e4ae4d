From mathcomp Require Import all_ssreflect all_algebra.
From SsrMultinomials Require Import mpoly.
From Hessproof Require Import chain loss hessian outer_bound formulas narrowest.
From Hessproof Require Import generic generic_hessian.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* The outputs W_(L-1) ... W_0 X of the network on the data have rank                        *)
(* q = min(r, M_1, ..., M_(L-1), K) at most, r = rk X, and exactly q for almost all weights, *)
(* over any field and for any data.                                                          *)
Section Product.
Variables (F : fieldType) (M : nat -> nat) (L N : nat) (X : 'M[F]_(M 0%N, N)).
Notation q := (q_of L M (\rank X)).

Lemma rank_outputs_le (W : forall l, 'M[F]_(M l.+1, M l)) : (0 < L)%N ->
  (\rank (chain W 0 L *m X) <= q)%N.
Proof.
move=> L0; apply: leq_q_of => // [|l /andP[_ lL]]; first exact: mxrankM_maxr.
rewrite (chain_comp W (leq0n l) lL) -mulmxA; apply: leq_trans (mxrankM_maxl _ _) _.
exact: rank_leq_col.
Qed.

(* At almost all weights the outputs have rank q. *)
Theorem generic_rank_outputs : (0 < L)%N ->
  almost_all (fun w : 'rV[F]_(\sum_(l < L) layer_size M l) =>
    \rank (chain (direction w) 0 L *m X) = q).
Proof.
move=> L0; have [W0 rankW0] := outer_attained X L0.
have ge_q := @generic_rank_ge _ _ L _ _ (fun W => chain W 0 L *m X) _ _ W0.
apply: almost_all_imp (ge_q _ _) => [w|W W' WW|]; last exact: polynomial_outputs.
  by rewrite rankW0 => rankw; apply/eqP; rewrite eqn_leq rank_outputs_le.
by rewrite (chain_extL WW).
Qed.
End Product.
