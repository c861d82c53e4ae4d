From mathcomp Require Import all_ssreflect all_algebra.
From Hessproof Require Import chain.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* Assumption A1 of Singh et al.: each weight matrix has maximal rank.  That  *)
(* says nothing about products in general; but if the widths fall as far as   *)
(* layer m and rise from there on, the product of the layers up to m is onto  *)
(* and that of the layers after m one-to-one, so the whole has rank M_m.      *)
Section MaximalWeights.
Variables (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)) (L : nat).

(* Assumption A1. *)
Definition maximal_ranks := forall l, (l < L)%N -> \rank (W l) = minn (M l.+1) (M l).

(* The widths fall as far as layer m and rise from there on. *)
Definition falls_then_rises m :=
  [/\ (m <= L)%N, forall l, (l < m)%N -> (M l.+1 <= M l)%N
    & forall l, (m <= l < L)%N -> (M l <= M l.+1)%N].

Hypothesis A1 : maximal_ranks.

Lemma onto l : (l < L)%N -> (M l.+1 <= M l)%N -> row_free (W l).
Proof. by move=> lL fall; rewrite /row_free A1 // (minn_idPl fall). Qed.

Lemma one_to_one l : (l < L)%N -> (M l <= M l.+1)%N -> row_full (W l).
Proof. by move=> lL rise; rewrite /row_full A1 // (minn_idPr rise). Qed.

Variable m : nat.
Hypothesis valley : falls_then_rises m.

Lemma row_free_below k : (k <= m)%N -> row_free (chain W 0 k).
Proof.
case: valley => mL fall _; elim: k => [|k IH] km; first by rewrite chain_id row_free_unit unitmx1.
have kL : (k < L)%N := leq_trans km mL.
rewrite chain_S // /row_free mxrankMfree ?IH 1?ltnW //.
by rewrite -/(row_free _) onto ?fall.
Qed.

Lemma row_full_above k : (m <= k)%N -> (k <= L)%N -> row_full (chain W m k).
Proof.
case: valley => _ _ rise; elim: k => [|k IH].
  by rewrite leqn0 => /eqP-> _; rewrite chain_id row_full_unit unitmx1.
rewrite leq_eqVlt => /orP[/eqP-> _|mk kL]; first by rewrite chain_id row_full_unit unitmx1.
rewrite ltnS in mk; rewrite chain_S // /row_full eqmxMfull; first exact: IH mk (ltnW kL).
by apply: one_to_one => //; rewrite rise // mk.
Qed.

(* The whole product has rank M_m. *)
Theorem rank_whole_valley : \rank (chain W 0 L) = M m.
Proof.
case: (valley) => mL _ _; rewrite (chain_comp W (leq0n m) mL) eqmxMfull ?row_full_above //.
by apply/eqP; rewrite -/(row_free _) row_free_below.
Qed.
End MaximalWeights.
