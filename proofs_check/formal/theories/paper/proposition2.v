From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker chain loss hessian outer_rank outer_bound.
From Hessproof Require Import formulas narrowest generic generic_product.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* Singh et al. 2021, Proposition 2: H_o = A_o B_o A_o^T with B_o = 1_K (x) Sigma and            *)
(* A_o^T = (W^{L:2} (x) 1_d ... W^{L:l+1} (x) W^{1:l-1} ... 1_K (x) W^{1:L-1}), so that the rank *)
(* of H_o is at most K r, r the rank of the data. Sigma is X X^T up to the number of samples.    *)
Section Proposition2.
Variables (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)).
Variables (L N : nat) (X : 'M[F]_(M 0%N, N)).

(* The factorisation H_o = A_o B_o A_o^T: for all weights and data, over any field, any number of *)
(* layers.                                                                                        *)
Theorem proposition2_factorisation :
  outer_hessian W L X
  = (\mxcol_(l < L) ((chain W l.+1 L)^T *t chain W 0 l))
    *m ((1%:M : 'M_(M L)) *t (X *m X^T))
    *m (\mxcol_(l < L) ((chain W l.+1 L)^T *t chain W 0 l))^T.
Proof. exact: outer_hessian_A_o. Qed.

(* B_o has rank K rk (X X^T), which is at most K r, and so has H_o: for all weights and data, *)
(* over any field.                                                                            *)
Theorem proposition2_bound : (\rank (outer_hessian W L X))%:Z <= prop2_bound L M (\rank X).
Proof.
rewrite /prop2_bound -PoszM lez_nat outer_hessian_A_o.
apply: leq_trans (mxrankM_maxl _ _) _; apply: leq_trans (mxrankM_maxr _ _) _.
by rewrite mxrank_tens mxrank1 leq_mul2l mxrankM_maxl orbT.
Qed.
End Proposition2.

(* Without a hidden layer narrower than both K and d, B_o controls the rank of H_o. *)
Section NoBottleneck.
Variables (F : fieldType) (M : nat -> nat) (L N : nat) (X : 'M[F]_(M 0%N, N)).
Hypothesis deep : (0 < L)%N.
Hypothesis wide : forall l, (0 < l < L)%N -> (minn (M L) (M 0) <= M l)%N.

(* Without such a bottleneck q = min(K, r). *)
Lemma q_without_bottleneck r : (r <= M 0)%N -> q_of L M r = minn (M L) r.
Proof.
move=> r0; apply/esym/q_of_unique => // [|l /andP[l0]|]; first exact: geq_minr.
  rewrite leq_eqVlt => /orP[/eqP->|lL]; first exact: geq_minl.
  by apply: leq_trans (wide _); rewrite ?l0 // leq_min geq_minl (leq_trans (geq_minr _ _)).
by rewrite /minn; case: ltnP => _; [right; exists L; rewrite ?deep /= | left].
Qed.

(* Without such a bottleneck q (r + K - q) is K r. *)
Lemma outer_without_bottleneck r : (r <= M 0)%N -> outer_generic L M r = prop2_bound L M r.
Proof.
move=> r0; rewrite /outer_generic q_without_bottleneck // /prop2_bound /minn.
by case: ltnP => _; [rewrite addrAC subrr add0r | rewrite addrK mulrC].
Qed.

(* Without a hidden layer narrower than both K and d: of the two factors A_o and B_o of H_o the *)
(* latter has the smaller rank at almost all weights, for all data over any field.              *)
Theorem proposition2_minimum :
  almost_all (fun w : 'rV[F]_(\sum_(l < L) layer_size M l) =>
    let B_o := (1%:M : 'M_(M L)) *t (X *m X^T) in
    minn (\rank (A_o (direction w) L)) (\rank B_o) = \rank B_o).
Proof.
apply: almost_all_imp (generic_rank_outputs (1%:M : 'M[F]_(M 0%N)) deep) => w whole.
have := rank_jacobian_whole deep whole; rewrite -rank_A_o_jacobian mxrank1.
rewrite outer_without_bottleneck // /prop2_bound -PoszM => /eqP; rewrite eqz_nat => /eqP->.
by apply/minn_idPr; rewrite mxrank_tens mxrank1 leq_mul2l rank_leq_row orbT.
Qed.
End NoBottleneck.

(* Over an ordered field the bound is reached: by all weights whose product W^{L:1} has the      *)
(* largest rank on the data, and these are almost all.                                           *)
Section Control.
Variables (F : realFieldType) (M : nat -> nat) (L N : nat) (X : 'M[F]_(M 0%N, N)).
Hypothesis deep : (0 < L)%N.
Hypothesis wide : forall l, (0 < l < L)%N -> (minn (M L) (M 0) <= M l)%N.

(* Without a hidden layer narrower than both K and d, over an ordered field: H_o has rank K r at *)
(* all weights whose product W^{L:1} has the largest rank min(K, r) on the data.                 *)
Theorem proposition2_control (W : forall i, 'M[F]_(M i.+1, M i)) :
    \rank (chain W 0 L *m X) = minn (M L) (\rank X) ->
  (\rank (outer_hessian W L X))%:Z = prop2_bound L M (\rank X).
Proof.
rewrite -(q_without_bottleneck deep wide) ?rank_leq_row // => whole.
by rewrite rank_outer_hessian rank_jacobian_whole // outer_without_bottleneck ?rank_leq_row.
Qed.

(* Without a hidden layer narrower than both K and d, over an ordered field and for all data: H_o *)
(* has rank K r at almost all weights, so that B_o controls it.                                   *)
Theorem proposition2_control_almost_all :
  almost_all (fun w : 'rV[F]_(\sum_(l < L) layer_size M l) =>
    (\rank (outer_hessian (direction w) L X))%:Z = prop2_bound L M (\rank X)).
Proof.
apply: almost_all_imp (generic_rank_outputs X deep) => w whole; apply: proposition2_control.
by rewrite whole (q_without_bottleneck deep wide) ?rank_leq_row.
Qed.
End Control.
