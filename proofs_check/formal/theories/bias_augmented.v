From mathcomp Require Import all_ssreflect all_algebra.
From Hessproof Require Import bias bias_decoupling.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* rk E[x~ x~^T] = 1 + rk Cov(x): the samples with a constant and the centred    *)
(* ones.                                                                        *)
Section AugmentedRank.
Variables (F : fieldType) (a N : nat) (X : 'M[F]_(a, N)).
Hypothesis N0 : N%:R != 0 :> F.
Notation one := (const_mx 1 : 'rV[F]_N).

Definition with_mean : 'M[F]_(a + 1) := block_mx 1%:M (mean X) 0 1%:M.

Lemma with_mean_unit : with_mean \in unitmx.
Proof. by rewrite unitmxE det_ublock !det1 mulr1 unitr1. Qed.

Lemma augmented_centred : augmented X = with_mean *m col_mx (centred X) one.
Proof. by rewrite mul_block_col !mul1mx mul0mx add0r subrK. Qed.

Lemma rank_centred_one : \rank (col_mx (centred X) one) = (\rank (centred X)).+1.
Proof.
rewrite -addsmxE mxrank_disjoint_sum.
  rewrite -[RHS]addn1; congr (_ + _)%N; apply/eqP; rewrite eqn_leq rank_leq_row lt0n mxrank_eq0.
  apply: contra_neq N0 => one0; have := one_one F N; rewrite one0 mul0mx => /matrixP/(_ 0 0).
  by rewrite !mxE eqxx mulr1n.
set D := (_ :&: _)%MS; have /submxP[u Du] : (D <= centred X)%MS := capmxSl _ _.
have /submxP[v Dv] : (D <= one)%MS := capmxSr _ _.
have D1 : D *m one^T = 0 by rewrite Du -mulmxA centred_sum // mulmx0.
suff v0 : v = 0 by rewrite Dv v0 mul0mx.
move: D1; rewrite Dv -mulmxA one_one mul_mx_scalar => /(congr1 (fun A => N%:R^-1 *: A)).
by rewrite scalerA mulVf // scale1r scaler0.
Qed.

Lemma rank_augmented : \rank (augmented X) = (\rank (centred X)).+1.
Proof.
by rewrite augmented_centred -rank_centred_one eqmxMfull // row_full_unit with_mean_unit.
Qed.
End AugmentedRank.
