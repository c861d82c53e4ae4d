From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker chain loss hessian formulas narrowest maximal_weights.
From Hessproof Require Import functional_column column_rank functional_bound column_bound.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* Where the widths do not fall before layer l and do not rise after it, maximal *)
(* rank of each weight matrix (A1) is all that Theorem 5 needs for column l: the *)
(* products next to G keep its rank s.                                           *)

(* From a bound with steps of height s to one with steps of a smaller height q. *)
Lemma lower_steps R s q a b : (q <= s)%N -> (s + q <= a + b)%N ->
  (s * a + b * s <= R + s * s)%N -> (q * a + b * q <= R + q * q)%N.
Proof.
rewrite ![(b * _)%N]mulnC -!mulnDr => qs /subnKC<-; set w := (_ - _)%N.
rewrite -addnA mulnDr addnC leq_add2r => h.
rewrite addnA addnAC mulnDr leq_add2r; apply: leq_trans h.
by rewrite !mulnDr [(q * s)%N]mulnC leq_add2l leq_mul2r qs orbT.
Qed.

Section Monotone.
Variables (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)).
Variables (L N : nat) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)) (l : 'I_L).
Notation G := (X *m (residual X Y W)^T).
Notation r := (\rank X).
Notation s := (\rank G).
Notation qhat := (qhat_of L M r s).
Hypothesis L1 : (1 < L)%N.

Section Sandwich.
Hypothesis keep_after : (l.+1 < L)%N -> \rank (above W X Y l l.+2) = s.
Hypothesis keep_before : (0 < l)%N -> \rank (below W X Y l l.-1) = s.

Let lL := ltn_ord l.
Let L0 : (0 < L)%N := ltnW L1.

(* The layer behind l keeps the end, the layer before l the start.               *)
Lemma above_sub_column : (l.+1 < L)%N ->
  (above W X Y l l.+2 *t below_all W X Y l <= column_products W X Y l)%MS.
Proof.
move=> l1; have kl : Ordinal l1 != l by rewrite -val_eqE /= gtn_eqF.
have := @block_sub_column F M W L N X Y l (Ordinal l1) l.+2 l.+1 kl l1 (ltnW l1).
rewrite /before /= !ltnS leqnSn !leqnn !orbT => /(_ isT isT); apply: submx_trans.
by rewrite submx_tens // /below ltnSn chain_id submx1.
Qed.

Lemma below_sub_column : (0 < l)%N ->
  (above_all W X Y l *t below W X Y l l.-1 <= column_products W X Y l)%MS.
Proof.
move=> l0; have kL : (l.-1 < L)%N by rewrite (leq_ltn_trans (leq_pred l)).
have kl : Ordinal kL != l by rewrite -val_eqE /= ltn_eqF // prednK.
have := @block_sub_column F M W L N X Y l (Ordinal kL) l l.-1 kl (ltnW lL) (ltnW kL).
rewrite /before /= prednK // ltnn ltnNge leq_pred /= !leqnn => /(_ isT isT); apply: submx_trans.
by rewrite submx_tens // /above ltnn chain_id trmx1 submx1.
Qed.

Lemma column_monotone_ge :
  (s * start_size W X Y l + end_size W X Y l * s
   <= \rank (functional_column W X Y l) + s * s)%N.
Proof.
rewrite rank_functional_column_products.
have [l1 | l1] := ltnP l.+1 L; last first.
  have eL : l.+1 = L by apply/eqP; rewrite eqn_leq l1 lL.
  have l0 : (0 < l)%N by rewrite -ltnS eL.
  have -> : start_size W X Y l = s by rewrite /start_size ifT // eL.
  rewrite addnC leq_add2r.
  have := mxrankS (below_sub_column l0).
  by rewrite mxrank_tens rank_above_all keep_before.
have [l0 | l0] := posnP l.
  have -> : end_size W X Y l = s by rewrite /end_size ifT // l0.
  rewrite leq_add2r.
  have := mxrankS (above_sub_column l1).
  by rewrite mxrank_tens rank_below_all keep_after.
have := mxrankS (_ : (above W X Y l l.+2 *t below_all W X Y l
                      + above_all W X Y l *t below W X Y l l.-1 <= column_products W X Y l)%MS).
rewrite addsmx_sub above_sub_column // below_sub_column // => /(_ isT) le.
rewrite -rank_above_all -rank_below_all -{1}(keep_after l1) -{1}(keep_before l0).
rewrite -rank_two_steps ?above_le ?below_le ?(leq_ltn_trans (leq_pred l)) //.
by rewrite (keep_after l1) (keep_before l0) leq_add2r.
Qed.

Lemma ends_ge : (s + qhat <= start_size W X Y l + end_size W X Y l)%N.
Proof.
have qs : (qhat <= s)%N := qhat_of_le_residual _ _ _ _.
rewrite /start_size /end_size; case: eqP => [eL | /eqP l1].
  rewrite leq_add2l; case: eqP => // /eqP l0.
  by rewrite qhat_le_hidden // lt0n l0 lL.
have {}l1 : (l.+1 < L)%N by rewrite ltn_neqAle l1.
case: eqP => [l0 | /eqP l0]; first by rewrite addnC leq_add2r qhat_le_hidden.
rewrite leq_add //.
  by rewrite -(keep_before _) ?lt0n // /below ltnNge leq_pred rank_leq_col.
by apply: leq_trans qs _; rewrite -(keep_after l1) rank_leq_col.
Qed.

Theorem rank_column_monotone :
  (\rank (functional_column W X Y l))%:Z = thm5 L M r s l.+1.
Proof.
apply: le_anti; rewrite -column_bound_ends // functional_column_bound /=.
rewrite column_bound_ends // thm5_ends //; apply: two_ends_ge.
apply: lower_steps column_monotone_ge; first exact: qhat_of_le_residual.
exact: ends_ge.
Qed.
End Sandwich.

Hypothesis A1 : maximal_ranks W L.

Lemma row_full_rising j k : (j <= k)%N -> (k <= L)%N ->
  (forall i, (j <= i < k)%N -> (M i <= M i.+1)%N) -> row_full (chain W j k).
Proof.
elim: k => [|k IH].
  by rewrite leqn0 => /eqP-> _; rewrite chain_id row_full_unit unitmx1.
rewrite leq_eqVlt => /orP[/eqP-> _ _|]; first by rewrite chain_id row_full_unit unitmx1.
rewrite ltnS => jk kL rise; rewrite chain_S // /row_full eqmxMfull; last first.
  by rewrite /row_full A1 // (minn_idPr _) // rise // jk ltnSn.
by apply: IH => // [|i /andP[ji ik]]; [exact: ltnW | apply: rise; rewrite ji ltnW].
Qed.

Lemma row_free_falling j k : (j <= k)%N -> (k <= L)%N ->
  (forall i, (j <= i < k)%N -> (M i.+1 <= M i)%N) -> row_free (chain W j k).
Proof.
elim: k => [|k IH].
  by rewrite leqn0 => /eqP-> _; rewrite chain_id row_free_unit unitmx1.
rewrite leq_eqVlt => /orP[/eqP-> _ _|]; first by rewrite chain_id row_free_unit unitmx1.
rewrite ltnS => jk kL fall; rewrite chain_S // /row_free mxrankMfree; last first.
  by apply: IH => // [|i /andP[ji ik]]; [exact: ltnW | apply: fall; rewrite ji ltnW].
by rewrite A1 // (minn_idPl _) // fall // jk ltnSn.
Qed.

Lemma rank_between j k : (j <= L)%N -> (k <= L)%N ->
    (forall i, (i < j)%N -> (M i <= M i.+1)%N) ->
    (forall i, (k <= i < L)%N -> (M i.+1 <= M i)%N) ->
  \rank (chain W 0 j *m G *m chain W k L) = s.
Proof.
move=> jL kL rise fall; rewrite mxrankMfree ?row_free_falling //.
by rewrite eqmxMfull // row_full_rising.
Qed.
End Monotone.
