From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import int_ring chain hessian outer_rank outer_bound formulas narrowest.
From Hessproof Require Import bias bias_decoupling bias_outer.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* Singh et al. 2021, Theorem 12: with bias and centred inputs rk H_o <= q (r + K - q) + K, where *)
(* r is the rank of the inputs and q = min(r, M_1, ..., M_(L-1), K). Here: for all weights and    *)
(* biases (the paper asks for maximal ranks, A1) and for inputs that need not be centred (A3), as *)
(* the remark after the theorem has it. The other half of that remark, that the bound holds with  *)
(* equality, is wrong for a single sample. In any field in which the number of samples is not 0.  *)

(* The bound grows with the rank of the data. *)
Lemma thm12_monotone L M r r' : (r <= r')%N -> thm12 L M r <= thm12 L M r'.
Proof.
move=> rr; rewrite /thm12 ler_add2l.
set a := minn (M L) (narrowest_hidden L M).
have qE x : q_of L M x = minn a x by rewrite /q_of minnA.
have qK x : (q_of L M x <= M L)%N := geq_minl _ _.
have qq : (q_of L M r <= q_of L M r')%N by rewrite !qE leq_min geq_minl (leq_trans (geq_minr _ _)).
have qr : (q_of L M r <= r)%N := q_of_le_rank _ _ _.
move: (q_of L M r) (q_of L M r') (qK r') qq qr => q q' q'K qq qr.
apply: (@le_trans _ _ (q%:Z * ((M L)%:Z + r'%:Z - q%:Z))).
  by rewrite ler_wpmul2l // ler_add2r ler_add2l lez_nat.
rewrite -subr_ge0 (_ : _ - _ = (q'%:Z - q%:Z) * (((M L)%:Z - q'%:Z) + (r'%:Z - q%:Z))); last first.
  by int_ring.
apply: mulr_ge0; first by rewrite subr_ge0 lez_nat.
by apply: addr_ge0; rewrite subr_ge0 lez_nat // (leq_trans qr).
Qed.

Section Theorem12.
Variables (F : fieldType) (M : nat -> nat) (L N : nat) (X : 'M[F]_(M 0%N, N)).
Variables (W : forall i, 'M[F]_(M i.+1, M i)) (b : forall i, 'cV[F]_(M i.+1)).
Hypothesis deep : (0 < L)%N.
Hypothesis samples : N%:R != 0 :> F.
Notation rank_H_o := (\rank (biased_outer_hessian W b L X))%:Z.

(* What matters is the rank of the inputs less their mean. *)
Lemma rank_biased_outer_le : rank_H_o <= thm12 L M (\rank (centred X)).
Proof.
case: L deep => // L' _.
rewrite (@biased_outer_rank _ _ W b L' N X (mean X) (centred_sum X samples) samples).
rewrite PoszD /thm12 ler_add2l; apply: le_trans (rank_jacobian_le W L'.+1 (centred X)).
by rewrite lez_nat outer_hessian_jacobian mxrankM_maxr.
Qed.

(* Theorem 12: with biases H_o has rank at most q (r + K - q) + K, for any inputs, centred or  *)
(* not, and all weights and biases, over any field in which the number of samples is not zero. *)
Theorem theorem12 : rank_H_o <= thm12 L M (\rank X).
Proof.
apply: le_trans rank_biased_outer_le (thm12_monotone _ _ _).
have -> : centred X = X *m (1%:M - N%:R^-1 *: ((const_mx 1 : 'cV_N) *m const_mx 1)).
  by rewrite /centred /shifted /mean mulmxBr mulmx1 -scalemxAr -scalemxAl mulmxA.
exact: mxrankM_maxl.
Qed.
End Theorem12.

(* The remark after Theorem 12, that its bound holds with equality, is wrong for a single sample, *)
(* over any field: H_o with biases has rank K at all weights and biases, and the bound is 2 K, if *)
(* the sample is not 0 and no layer is empty.                                                     *)
Theorem theorem12_remark_refuted (F : fieldType) (M : nat -> nat) (L : nat) (X : 'cV[F]_(M 0%N)) :
    (0 < L)%N -> X != 0 -> (forall l, (0 < l <= L)%N -> (0 < M l)%N) ->
  thm12_remark L M (\rank X) = (2 * M L)%N%:Z /\
  forall (W : forall i, 'M[F]_(M i.+1, M i)) (b : forall i, 'cV[F]_(M i.+1)),
    \rank (biased_outer_hessian W b L X) = M L.
Proof.
move=> L0 X0 M0; split.
  have rX : \rank X = 1%N by apply/eqP; rewrite eqn_leq rank_leq_col lt0n mxrank_eq0.
  have q1 : q_of L M 1 = 1%N.
    by apply/eqP; rewrite eqn_leq q_of_le_rank leq_q_of.
  by rewrite rX /thm12_remark q1 addrK mul1r -PoszD mul2n addnn.
case: L L0 {M0} => // L' _ W b.
have one1 : 1%:R != 0 :> F by rewrite oner_neq0.
rewrite (@biased_outer_rank _ _ W b L' 1 X (mean X) (centred_sum X one1) one1).
have -> : shifted (mean X) X = 0.
  rewrite /shifted /mean invr1 scale1r -mulmxA (_ : _ *m _ = 1%:M) ?mulmx1 ?subrr //.
  by apply/matrixP => i j; rewrite !ord1 !mxE big_ord1 !mxE mulr1.
rewrite outer_hessian_jacobian /jacobian tensmx0 mulmx0 trmx0 mulmx0 mxrank0.
exact: addn0.
Qed.
