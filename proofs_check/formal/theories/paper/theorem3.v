From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker chain tensor_flag outer_rank outer_bound.
From Hessproof Require Import maximal_weights small_weights formulas narrowest.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* Singh et al. 2021, Theorem 3: under A1 (each weight matrix has maximal rank) the matrix A_o   *)
(* of Proposition 2 has rank                                                                     *)
(*   r rk W^{2:L} + K rk W^{L-1:1} - rk W^{2:L} rk W^{L-1:1} = q (r + K - q),                    *)
(* where the data have been reduced to r = d = M_0 dimensions and q = min(r, M_1, ..., K). Here: *)
(* the rank of A_o for all weights, which the published value bounds; both equalities where the  *)
(* whole product has rank q, in particular under A1 for widths that fall, then rise; the first   *)
(* under A1 for L <= 3, the second for L <= 2; and weights that meet A1 at which they fail, with *)
(* L = 4 and L = 3. Over any field.                                                              *)

(* The first equality in the words of the formula: ranks of W^{L:2} and of W^{L-1:1}. *)
Notation first_equality M W L :=
  (thm3_chain L M (M 0%N) (\rank (chain W 1 L)) (\rank (chain W 0 L.-1))).

(* A_o is the Jacobian on inputs that are the unit vectors; on inputs of rank d the Jacobian has *)
(* the same rank, for all weights over any field.                                                *)
Theorem theorem3_reduced_data (F : fieldType) (M : nat -> nat) (L N : nat)
    (W : forall i, 'M[F]_(M i.+1, M i)) (X : 'M[F]_(M 0%N, N)) :
  row_free X -> \rank (jacobian W L X) = \rank (A_o W L).
Proof. exact: rank_jacobian_row_free. Qed.

Section AllWeights.
Variables (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)) (L : nat).
Notation A := (A_o W L).

(* The rank of A_o for all weights over any field: the staircase of a_l = rk W^{L:l+1} and b_l = *)
(* rk W^{l:1}.                                                                                   *)
Theorem theorem3_all_weights :
  (\rank A)%:Z = a_o_chain L (fun l => \rank (chain W l L)) (fun l => \rank (chain W 0 l)).
Proof. exact: rank_A_o. Qed.

(* Theorem 3's value q (r + K - q), r = d, bounds the rank of A_o for all weights over any field. *)
Theorem theorem3_bound : (\rank A)%:Z <= thm3 L M (M 0%N).
Proof.
by have := rank_jacobian_le W L (1%:M : 'M_(M 0%N)); rewrite mxrank1 -rank_A_o_jacobian.
Qed.

(* Theorem 3 where the product W^{L:1} of all weights has rank q, over any field: A_o has rank q *)
(* (r + K - q), r = d.                                                                           *)
Theorem theorem3_whole_product : (0 < L)%N -> \rank (chain W 0 L) = q_of L M (M 0%N) ->
  (\rank A)%:Z = thm3 L M (M 0%N).
Proof.
move=> L0 whole; rewrite rank_A_o_jacobian.
have := rank_jacobian_whole (W := W) (X := 1%:M : 'M_(M 0%N)) L0.
by rewrite mulmx1 mxrank1; apply.
Qed.
End AllWeights.

(* Two steps of a staircase, written out. *)
Lemma two_steps (a b r K : int) : a * r + (K - a) * b = K * b + a * r - b * a.
Proof. by rewrite mulrBl addrA [a * r + _]addrC [b * a]mulrC. Qed.

(* Under A1. *)
Section MaximalRanks.
Variables (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)) (L : nat).
Hypotheses (deep : (0 < L)%N) (A1 : maximal_ranks W L).

(* Theorem 3's second equality under A1, over any field, for widths that fall as far as some *)
(* layer and rise from there on: A_o has rank q (r + K - q), r = d.                          *)
Theorem theorem3_valley (m : nat) : falls_then_rises M L m ->
  (\rank (A_o W L))%:Z = thm3 L M (M 0%N).
Proof.
move=> valley; have [mL _ _] := valley.
have below : \rank (chain W 0 m *m 1%:M) = M m.
  by rewrite mulmx1; apply/eqP; apply: row_free_below A1 _ valley _ (leqnn m).
have above : \rank (chain W m L) = M m.
  by apply/eqP; apply: row_full_above A1 _ valley _ mL (leqnn L).
have [whole qE] := rank_whole_narrow deep mL below above.
by apply: theorem3_whole_product => //; move: whole; rewrite mulmx1 qE mxrank1.
Qed.

(* Theorem 3's first equality, with the ranks of W^{L:2} and W^{L-1:1}, under A1, over any field, *)
(* for widths that fall as far as some layer and rise from there on.                              *)
Theorem theorem3_first_valley (m : nat) : falls_then_rises M L m ->
  (\rank (A_o W L))%:Z = first_equality M W L.
Proof.
move=> valley; have [mL _ _] := valley.
have below k : (k <= m)%N -> \rank (chain W 0 k) = M k.
  by move=> km; apply/eqP; apply: row_free_below A1 _ valley _ km.
have above k : (m <= k)%N -> (k <= L)%N -> \rank (chain W m k) = M m.
  by move=> mk kL; apply/eqP; apply: row_full_above A1 _ valley _ mk kL.
have whole : \rank (chain W 0 L) = M m := rank_whole_valley A1 valley.
have qE : M m = q_of L M (M 0%N).
  have below1 : \rank (chain W 0 m *m 1%:M) = M m by rewrite mulmx1 below.
  have [_ ->] := rank_whole_narrow deep mL below1 (above L mL (leqnn L)).
  by rewrite mxrank1.
(* W^{L:2} has rank q unless q = r, and W^{L-1:1} has rank q unless q = K. *)
have left_q : (0 < m)%N -> \rank (chain W 1 L) = M m.
  move=> m0; apply/eqP; rewrite eqn_leq (chain_comp W m0 mL).
  rewrite (leq_trans (mxrankM_maxl _ _)) ?rank_leq_col //= -(chain_comp W m0 mL) -whole.
  by rewrite (chain_comp W (leq0n 1) deep) mxrankM_maxl.
have right_q : (m < L)%N -> \rank (chain W 0 L.-1) = M m.
  move=> m_L; have m_L1 : (m <= L.-1)%N by rewrite -ltnS prednK.
  by rewrite (chain_comp W (leq0n m) m_L1) eqmxMfull /row_full ?above ?below ?leq_pred.
rewrite (theorem3_valley valley) /thm3 /thm3_chain -qE.
have [m0|m0] := posnP m.
  move: (right_q); rewrite m0 => -> //.
  by rewrite [in LHS]addrK [X in _ = _ - X]mulrC addrK mulrC.
have [m_L|L_m] := ltnP m L; last first.
  have mE : m = L by apply/eqP; rewrite eqn_leq mL.
  rewrite (left_q m0) mE [in LHS]addrAC subrr add0r.
  by rewrite [X in _ = _ - X]mulrC [RHS]addrAC subrr add0r.
by rewrite (left_q m0) (right_q m_L) mulrBr mulrDr [_ * (M L)%:Z]mulrC.
Qed.

(* Theorem 3's first equality, with the ranks of W^{L:2} and W^{L-1:1}, under A1, over any field, *)
(* for up to three layers of any widths. (The middle layer of three is onto or one-to-one, so     *)
(* that W^{3:2} has the rank of W^3 or W^{2:1} that of W^1.)                                      *)
Theorem theorem3_first_three_layers : (L <= 3)%N -> (\rank (A_o W L))%:Z = first_equality M W L.
Proof.
have middle : (1 < L)%N ->
    \rank (W 1%N *m W 0%N) = \rank (W 0%N) \/
    forall n (A : 'M_(n, M 2%N)), \rank (A *m W 1%N) = \rank A.
  move=> L1; have [rise|fall] := leqP (M 1%N) (M 2%N).
    by left; rewrite eqmxMfull // (one_to_one A1).
  by right=> n A; rewrite mxrankMfree // (onto A1) // ltnW.
rewrite rank_A_o -[LHS]/(jacobian_chain L _ _) jacobian_chainE /thm3_chain.
move: deep middle; case: L => [|[|[|[|]]]] // _ middle _.
- rewrite tensor_flag1 /= !chain_id !mxrank1.
  by rewrite [X in _ = _ + X - _]mulrC addrK.
- by rewrite tensor_flagS // tensor_flag1 /= !chain_id !mxrank1 two_steps.
rewrite tensor_flagS // tensor_flagS // tensor_flag1 /= !chain_id !mxrank1 -two_steps.
have [//|same|same] := middle.
  rewrite (_ : \rank (chain W 0 2) = \rank (chain W 0 1)); last by rewrite chain_S // chain_1.
  by rewrite -addrA -mulrDl; congr (_ + _ * _); rewrite addrC subrKA.
rewrite (_ : \rank (chain W 1 3) = \rank (chain W 2 3)); last first.
  by rewrite (chain_comp W (leqnSn 1) (leqnSn 2)) (chain_1 W 1) same.
by rewrite subrr mul0r addr0.
Qed.

(* Theorem 3's second equality under A1, over any field, for up to two layers of any widths: A_o *)
(* has rank q (r + K - q), r = d.                                                                *)
Theorem theorem3_two_layers : (L <= 2)%N -> (\rank (A_o W L))%:Z = thm3 L M (M 0%N).
Proof.
move=> L2; have [rise0|fall0] := leqP (M 0%N) (M 1%N).
  have [peak|flat] := boolP ((1 < L)%N && (M 2%N < M 1%N)%N); last first.
    apply: (@theorem3_valley 0); split=> // -[|[|l]] //= lL; last first.
      by rewrite ltnNge (leq_trans L2) in lL.
    by rewrite lL -leqNgt in flat.
  (* A peak: both weights have the rank of the narrow side, and the rank is K r. *)
  have /andP[L1 fall1] := peak; have LE : L = 2%N by apply/eqP; rewrite eqn_leq L2.
  have rkW1 : \rank (W 1%N) = M 2%N by rewrite A1 // (minn_idPl (ltnW fall1)).
  have qE : minn (M 2%N) (M 0%N) = q_of L M (M 0%N).
    apply: q_of_unique => // [|l|]; first exact: geq_minr.
      rewrite LE; case: l => [|[|[|l]]] // _; rewrite geq_min ?leqnn //.
      by rewrite ltnW.
    by rewrite /minn; case: ltnP => _; [right; exists 2%N; rewrite ?LE | left].
  rewrite rank_A_o -[LHS]/(jacobian_chain L _ _) jacobian_chainE /thm3 -qE LE.
  rewrite tensor_flagS // tensor_flag1 /= !chain_id !mxrank1 chain_1 rkW1 subrr mul0r addr0.
  by rewrite /minn; case: ltnP => _; [rewrite addrAC subrr add0r | rewrite addrK mulrC].
have [rise1|fall1] := boolP ((1 < L)%N && (M 2%N < M 1%N)%N).
  have /andP[L1 fall1] := rise1; apply: (@theorem3_valley 2); split=> //.
    by case=> [|[|l]] // _; apply: ltnW.
  by move=> l /andP[l2 lL]; rewrite leqNgt (leq_trans lL) // in l2.
apply: (@theorem3_valley 1); split=> // [[|l] // _|[|[|l]] //= lL]; first exact: ltnW.
  by rewrite lL -leqNgt in fall1.
by rewrite ltnNge (leq_trans L2) in lL.
Qed.
End MaximalRanks.

(* Theorem 3's first equality, with the ranks of W^{L:2} and W^{L-1:1}, does not follow from A1, *)
(* over any field: four layers of widths 1, 1, 2, 1, 1 whose middle weights have the product     *)
(* zero.                                                                                         *)
Theorem theorem3_first_refuted (F : fieldType) :
  exists (L : nat) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)),
    [/\ (0 < L)%N, maximal_ranks W L & (\rank (A_o W L))%:Z <> first_equality M W L].
Proof.
exists 4%N, widths11211, (weights11211 F); split; [by [] | exact: maximal11211 |].
set W := weights11211 F; have W21 := product11211 F; rewrite -/W in W21.
have a1 : \rank (chain W 1 4) = 0%N.
  by rewrite (@chain_comp _ _ W 1 3 4) // W21 mulmx0 mxrank0.
have b3 : \rank (chain W 0 3) = 0%N.
  by rewrite (@chain_comp _ _ W 0 1 3) // W21 mul0mx mxrank0.
have a2 : \rank (chain W 2 4) = 1%N.
  by rewrite chain_S // chain_1 (@mul_delta_mx _ 1 1 2) mxrank_delta.
have b2 : \rank (chain W 0 2) = 1%N.
  by rewrite chain_S // chain_1 (@mul_delta_mx _ 2 1 1) mxrank_delta.
rewrite rank_A_o -[a_o_chain _ _ _]/(jacobian_chain 4 _ _) jacobian_chainE /thm3_chain.
do 3!rewrite tensor_flagS //; rewrite tensor_flag1 /= a1 a2 b2 b3.
by rewrite !chain_1 !maximal11211 // !chain_id !mxrank1.
Qed.

(* Theorem 3's second equality, rk A_o = q (r + K - q), does not follow from A1, over any field: *)
(* three layers of widths 1, 2, 1, 2 with the weights [1; 0], [0 1], [1; 0].                     *)
Theorem theorem3_refuted (F : fieldType) :
  exists (L : nat) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)),
    [/\ (0 < L)%N, maximal_ranks W L & (\rank (A_o W L))%:Z <> thm3 L M (M 0%N)].
Proof.
exists 3%N, widths1212, (weights1212 F); split; [by [] | exact: maximal1212 |].
by rewrite rank_A_o_1212 /thm3 q1212.
Qed.
