From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import chain loss hessian tensor_flag outer_rank outer_bound maximal_weights.
From Hessproof Require Import formulas narrowest small_weights.
From Hessproof.paper Require Import theorem3.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* Singh et al. 2021, Corollary 4: under A1 (each weight matrix has maximal rank) the rank of    *)
(* H_o is q (r + K - q), with r the rank of the data, q = min(r, M_1, ..., M_(L-1), K). Here:    *)
(* the exact rank of H_o for all weights and data, the published value as a bound for all and as *)
(* the rank where the product of all layers is as large as it can be on the data, and weights    *)
(* that meet A1 and have another rank. The field is ordered unless said; see the last part.      *)

(* No outer-product Hessian H_o has a rank above q (r + K - q): for all weights and data, over *)
(* any field, for any number of layers (with none, H_o has rank 0).                            *)
Theorem corollary4_bound (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i))
    (L N : nat) (X : 'M[F]_(M 0%N, N)) :
  (\rank (outer_hessian W L X))%:Z <= outer_bound L M (\rank X).
Proof.
apply: le_trans (rank_jacobian_le W L X).
by rewrite lez_nat outer_hessian_jacobian mxrankM_maxr.
Qed.

Section Ordered.
Variables (F : realFieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)).
Variables (L N : nat) (X : 'M[F]_(M 0%N, N)).

(* The rank of H_o for all weights and data over an ordered field: the staircase of a_l = rk *)
(* W^{L:l+1} and b_l = rk W^{l:1} X.                                                         *)
Theorem corollary4_all_weights :
  (\rank (outer_hessian W L X))%:Z
  = jacobian_chain L (fun l => \rank (chain W l L)) (fun l => \rank (chain W 0 l *m X)).
Proof. by rewrite rank_outer_hessian rank_jacobian. Qed.

(* Corollary 4 where the product W^{L:1} of all weights has rank q on the data X: over an ordered *)
(* field H_o has rank q (r + K - q).                                                              *)
Theorem corollary4_whole_product : (0 < L)%N ->
    \rank (chain W 0 L *m X) = q_of L M (\rank X) ->
  (\rank (outer_hessian W L X))%:Z = cor4 L M (\rank X).
Proof. by move=> L0 whole; rewrite rank_outer_hessian rank_jacobian_whole. Qed.

(* Corollary 4 where the two products that meet at a layer m have the rank M_m, which then is q: *)
(* over an ordered field H_o has rank q (r + K - q). (That is what the published proof needs of  *)
(* A1.)                                                                                          *)
Theorem corollary4_narrow_products (m : nat) : (0 < L)%N -> (m <= L)%N ->
    \rank (chain W 0 m *m X) = M m -> \rank (chain W m L) = M m ->
  M m = q_of L M (\rank X) /\ (\rank (outer_hessian W L X))%:Z = outer_generic L M (\rank X).
Proof.
move=> L0 mL below above; have [whole qE] := rank_whole_narrow L0 mL below above.
by split=> //; apply: corollary4_whole_product; rewrite // whole.
Qed.

(* Corollary 4 under A1 where the data have rank d and the widths fall, then rise: over an *)
(* ordered field H_o has rank q (r + K - q).                                               *)
Theorem corollary4_valley (m : nat) : (0 < L)%N -> row_free X ->
    maximal_ranks W L -> falls_then_rises M L m ->
  (\rank (outer_hessian W L X))%:Z = cor4 L M (\rank X).
Proof.
move=> L0 Xf A1 valley; have [mL _ _] := valley.
apply: (proj2 (corollary4_narrow_products L0 mL _ _)).
  by rewrite mxrankMfree //; apply/eqP; apply: row_free_below A1 _ valley _ (leqnn m).
by apply/eqP; apply: row_full_above A1 _ valley _ mL (leqnn L).
Qed.

(* Corollary 4 under A1 for one layer or two of any widths, where the data have rank d: over an *)
(* ordered field H_o has rank q (r + K - q).                                                    *)
Theorem corollary4_two_layers : (0 < L)%N -> (L <= 2)%N -> row_free X -> maximal_ranks W L ->
  (\rank (outer_hessian W L X))%:Z = cor4 L M (\rank X).
Proof.
move=> L0 L2 Xf A1; rewrite rank_outer_hessian rank_jacobian_row_free //.
by rewrite theorem3_two_layers //; move/eqP: Xf => ->.
Qed.
End Ordered.

(* Over an ordered field every data set has weights for which H_o has rank q (r + K - q). *)
Theorem corollary4_attained (F : realFieldType) (M : nat -> nat) (L N : nat)
    (X : 'M[F]_(M 0%N, N)) : (0 < L)%N ->
  exists W : forall i, 'M[F]_(M i.+1, M i),
    (\rank (outer_hessian W L X))%:Z = cor4 L M (\rank X).
Proof.
move=> L0; have [W whole] := outer_attained X L0.
by exists W; apply: corollary4_whole_product.
Qed.

(* Corollary 4 as published, from maximal rank of each weight matrix (A1) alone, is false over *)
(* any ordered field: three layers of widths 1, 2, 1, 2 with the weights [1; 0], [0 1], [1; 0] *)
(* and the one input 1 give H_o the rank 1, and q (r + K - q) is 2.                            *)
Theorem corollary4_refuted (F : realFieldType) :
  exists (L : nat) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)) (X : 'M[F]_(M 0%N)),
    [/\ (0 < L)%N, maximal_ranks W L, row_free X
      & (\rank (outer_hessian W L X))%:Z <> cor4 L M (\rank X)].
Proof.
exists 3%N, widths1212, (weights1212 F), 1%:M; split=> //; first exact: maximal1212.
  by rewrite row_free_unit unitmx1.
rewrite rank_outer_hessian rank_jacobian_row_free ?row_free_unit ?unitmx1 // rank_A_o_1212.
by rewrite mxrank1 /cor4 q1212.
Qed.

(* The field must be ordered: where c^2 = -1, as in the complex numbers or modulo 2, the inputs  *)
(* 1 and c of a single weight give the Jacobian the rank 1 and H_o the rank 0.                   *)
Theorem corollary4_not_ordered (F : fieldType) (c : F) : c * c = -1 ->
  exists (X : 'M[F]_(1, 2)) (W : forall i : nat, 'M[F]_1),
    \rank (jacobian (M := fun=> 1%N) W 1 X) = 1%N
    /\ outer_hessian (M := fun=> 1%N) W 1 X = 0.
Proof.
move=> c2; pose X : 'M[F]_(1, 2) := \row_j (if j == 0 then 1 else c).
exists X, (fun=> 0); split; last first.
  rewrite outer_hessian_A_o (_ : X *m X^T = 0) ?tensmx0 ?mulmx0 ?mul0mx //.
  apply/matrixP => i j; rewrite !mxE big_ord_recl big_ord1 !mxE /= mulr1 c2.
  by rewrite subrr.
have X0 : \rank X = 1%N.
  rewrite rank_rV; case: eqP => // /rowP/(_ 0); rewrite !mxE eqxx => /eqP.
  by rewrite oner_eq0.
have := rank_jacobian (M := fun=> 1%N) (fun=> 0) 1 X.
rewrite jacobian_chainE tensor_flag1 /= !chain_id mul1mx mxrank1 X0 mul1r => /eqP.
by rewrite eqz_nat => /eqP.
Qed.
