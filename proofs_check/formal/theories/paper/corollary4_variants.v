From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import chain loss hessian tensor_flag outer_rank outer_bound.
From Hessproof Require Import formulas narrowest.
From Hessproof.paper Require Import corollary4 outer_bias.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* Corollary 4 of Singh et al. 2021 in two other forms: with the covariance X X^T of the inputs   *)
(* in place of X, and where the narrowest place of the network is one of its ends, where less is  *)
(* needed than that the whole product has rank q.                                                 *)

Section Variants.
Variables (F : realFieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)).
Variables (L N : nat) (X : 'M[F]_(M 0%N, N)).

(* The rank of H_o for all weights and data, over an ordered field: the staircase of              *)
(* a_l = rk W^{L:l+1} and b_l = rk W^{l:1} Sigma, with Sigma = X X^T up to the number of samples. *)
Theorem corollary4_covariance :
  (\rank (outer_hessian W L X))%:Z
  = jacobian_chain L (fun l => \rank (chain W l L)) (fun l => \rank (chain W 0 l *m (X *m X^T))).
Proof.
rewrite corollary4_all_weights !jacobian_chainE; apply: eq_tensor_flag => i _.
  by [].
by rewrite rank_mul_gram.
Qed.

(* All layers but the last keep the rank of the data: H_o has rank K r. *)
Lemma rank_outer_full_below : (0 < L)%N -> \rank (chain W 0 L.-1 *m X) = \rank X ->
  (\rank (outer_hessian W L X))%:Z = prop2_bound L M (\rank X).
Proof.
move=> L0 same.
have b l : (l < L)%N -> \rank (chain W 0 l *m X) = \rank X.
  move=> lL; apply/eqP; rewrite eqn_leq mxrankM_maxr /= -{1}same.
  have l1 : (l <= L.-1)%N by rewrite -ltnS prednK.
  by rewrite (chain_comp W (leq0n l) l1) -mulmxA mxrankM_maxr.
rewrite corollary4_all_weights /jacobian_chain addn1 big_nat_recr //= subn1 b ?prednK //.
rewrite (eq_big_nat _ _ (F2 := fun l => (\rank (chain W l L))%:Z * (\rank (chain W 0 l *m X))%:Z)).
  by rewrite addrAC subrr add0r chain_id mxrank1.
by move=> l /andP[l0 lL]; rewrite !b // subn1 (leq_ltn_trans (leq_pred l)).
Qed.

(* All layers but the first reach all outputs: H_o has rank K r. *)
Lemma rank_outer_full_above : (0 < L)%N -> \rank (chain W 1 L) = M L ->
  (\rank (outer_hessian W L X))%:Z = prop2_bound L M (\rank X).
Proof.
move=> L0 same.
have a l : (0 < l <= L)%N -> \rank (chain W l L) = M L.
  case/andP=> l0 lL; apply/eqP; rewrite eqn_leq rank_leq_row /= -{1}same.
  by rewrite (chain_comp W l0 lL) mxrankM_maxl.
rewrite corollary4_all_weights /jacobian_chain addn1 big_ltn // a ?L0 //= subnn chain_id mul1mx.
rewrite big_add1 /=.
rewrite (eq_big_nat _ _ (F2 := fun l => (\rank (chain W l L))%:Z * (\rank (chain W 0 l *m X))%:Z)).
  by rewrite addrK.
by move=> l /andP[l0 lL]; rewrite !a ?l0 ?(ltnW lL) ?lL // subn1.
Qed.

(* Corollary 4 where the data are the narrowest place, q = r, for all weights whose product       *)
(* W^{L-1:1} keeps the rank of the data, over an ordered field.                                   *)
Theorem corollary4_input : (0 < L)%N -> q_of L M (\rank X) = \rank X ->
    \rank (chain W 0 L.-1 *m X) = \rank X ->
  (\rank (outer_hessian W L X))%:Z = cor4 L M (\rank X).
Proof.
by move=> L0 qr same; rewrite rank_outer_full_below // /cor4 /prop2_bound qr addrK mulrC.
Qed.

(* Corollary 4 where the outputs are the narrowest place, q = K, for all weights whose product    *)
(* W^{L:2} has rank K, and all data, over an ordered field.                                       *)
Theorem corollary4_output : (0 < L)%N -> q_of L M (\rank X) = M L -> \rank (chain W 1 L) = M L ->
  (\rank (outer_hessian W L X))%:Z = cor4 L M (\rank X).
Proof.
by move=> L0 qK same; rewrite rank_outer_full_above // /cor4 /prop2_bound qK addrAC subrr add0r.
Qed.
End Variants.
