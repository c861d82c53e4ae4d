From mathcomp Require Import all_ssreflect all_algebra.
From Hessproof Require Import formulas narrowest int_ring chain loss hessian.
From Hessproof Require Import outer_rank outer_bound bias.
From Hessproof Require Import bias_coordinates bias_decoupling bias_outer bias_augmented.
From Hessproof Require Import bias_pairing bias_families bias_recursion bias_attained.
From Hessproof Require Import generic generic_bias.
From Hessproof.paper Require Import fact13 outer_bias.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* The rank of H_L with bias where E[delta] is not zero (this project's         *)
(* amendment of Fact 13): attained, for all widths and L >= 2, where the samples *)
(* (x, 1) span everything. With E[delta] = 0 see centred_bias.v; with one layer  *)
(* H_L = H_o, see outer_bias.v.                                                 *)

(* Twice the number of pairs.                                                   *)
Lemma pairsE t L M m : (0 < L)%N ->
    (forall l, (0 < l < L)%N -> (t <= M l)%N) ->
  ((pairs t L M m + pairs t L M m)%N)%:Z
  = 2%:Z * t%:Z * (hidden_total L M)%:Z - (L%:Z - 1) * t%:Z * (t%:Z - 1)
    + 2%:Z * \sum_(m.+1 <= l < L) ((M l)%:Z - t%:Z).
Proof.
move=> L0.
have behindE n (K : nat -> nat) :
    ((\sum_(l < L) behind K n l)%N)%:Z = \sum_(n.+1 <= l < L) (K l)%:Z.
  rewrite (big_morph Posz PoszD (erefl _)).
  rewrite [RHS](big_nat_widenl _ 0) // big_mkord [RHS]big_mkcond /=.
  by apply: eq_bigr => l _; rewrite /behind; case: ltnP.
elim: t M => [|t IH] M tM.
  rewrite /= PoszD behindE -mulr2n -mulr_natl !mulr0 !mul0r subrr add0r.
  by congr (_ * _); apply: eq_bigr => l _; rewrite subr0.
have pos l : (0 < l < L)%N -> (0 < M l)%N by move=> lL; apply: leq_ltn_trans (tM l lL).
have predE l : (0 < l < L)%N -> ((M l).-1)%:Z = (M l)%:Z - 1.
  by move=> lL; rewrite -[in RHS](prednK (pos l lL)) -addn1 PoszD addrK.
have hidden : (hidden_total L (fun l => (M l).-1))%:Z = (hidden_total L M)%:Z - (L%:Z - 1).
  rewrite /hidden_total !(big_morph Posz PoszD (erefl _)).
  rewrite (eq_big_nat _ _ (F2 := fun l => (M l)%:Z - 1)) => [|l lL]; last exact: predE.
  rewrite sumrB; congr (_ - _); rewrite sumr_const_nat -(prednK L0) subn1 /=.
  by rewrite -addn1 PoszD addrK -natz.
rewrite /= addnACA PoszD IH; last first.
  by move=> l lL; rewrite -ltnS prednK ?pos ?tM.
rewrite hidden PoszD !behindE.
have -> : \sum_(1 <= l < L) (M l)%:Z = (hidden_total L M)%:Z.
  by rewrite /hidden_total (big_morph Posz PoszD (erefl _)).
have -> : \sum_(m.+1 <= l < L) (((M l).-1)%:Z - t%:Z) = \sum_(m.+1 <= l < L) ((M l)%:Z - t.+1%:Z).
  apply: eq_big_nat => l /andP[ml lL]; rewrite predE ?lL ?(leq_ltn_trans _ ml) //.
  by rewrite -addn1 PoszD opprD [- t%:Z - 1]addrC addrA.
have -> : t.+1%:Z = t%:Z + 1 by rewrite -addn1 PoszD.
set S := \sum_(m.+1 <= l < L) ((M l)%:Z - (t%:Z + 1)).
move: S (hidden_total L M)%:Z L%:Z t%:Z => S H l u; int_ring.
Qed.

(* The hidden widths less a number c each, added up. *)
Lemma hidden_less (M : nat -> nat) (L : nat) (c : int) : (0 < L)%N ->
  \sum_(1 <= l < L) ((M l)%:Z - c) = (hidden_total L M)%:Z - (L%:Z - 1) * c.
Proof.
move=> L0; rewrite sumrB sumr_const_nat /hidden_total (big_morph Posz PoszD (erefl _)).
by congr (_ - _); rewrite -mulr_natl natz -subzn.
Qed.

Section Identities.
Variables (F : realFieldType) (M : nat -> nat) (L : nat).
Notation W := (rectangular_identity F M).

(* The whole product of rectangular identities has the smallest width as rank.  *)
Lemma rank_identities N (X : 'M[F]_(M 0%N, N)) : (0 < L)%N -> \rank X = M 0%N ->
  \rank (chain W 0 L *m X) = q_of L M (M 0%N).
Proof.
move=> L0 rX; set q := q_of L M (M 0).
have qM l : (l <= L)%N -> (q <= M l)%N by move=> lL; rewrite /q q_of_le_widths.
rewrite mxrankMfree; last by rewrite /row_free rX.
have [m [mL _ bm]] := narrow_cut W X L0; rewrite rX -/q in bm.
have upper : (\rank (chain W 0 L) <= q)%N.
  by rewrite -(@mxrankMfree _ _ _ _ _ X) ?bm // /row_free rX.
apply/eqP; rewrite eqn_leq upper /=.
have passed k : (k <= L)%N -> chain W 0 k *m (pid_mx q : 'M_(M 0, q)) = (pid_mx q : 'M_(M k, q)).
  elim: k => [|k IH] kL; first by rewrite chain_id mul1mx.
  rewrite chain_S // -mulmxA IH ?(ltnW kL) // /rectangular_identity mul_pid_mx.
  by rewrite (minn_idPr (qM _ kL)) (minn_idPr (qM _ (ltnW kL))).
have <- : \rank (pid_mx q : 'M[F]_(M L, q)) = q by rewrite rank_pid_mx ?qM.
by rewrite -(passed L) // mxrankM_maxl.
Qed.

End Identities.

(* At rectangular identities H_o with bias has its generic rank, for data (x, 1) of full rank. *)
Lemma rank_biased_outer_identities (F : realFieldType) (M : nat -> nat) (L N : nat)
    (b : forall i, 'cV[F]_(M i.+1)) (X : 'M[F]_(M 0%N, N)) (W := rectangular_identity F M) :
    (0 < L)%N -> N%:R != 0 :> F -> \rank (centred X) = M 0%N ->
  (\rank (biased_outer_hessian W b L X))%:Z = outer_bias_generic L M (M 0%N).+1.
Proof.
case: L => // L' _ N0 rX.
rewrite (biased_outer_rank W b L' (centred_sum X N0) N0) -/(centred X).
rewrite (@rank_outer_hessian F M W L'.+1 N) PoszD.
have whole : \rank (chain W 0 L'.+1 *m centred X) = q_of L'.+1 M (\rank (centred X)).
  by rewrite rX rank_identities.
rewrite (rank_jacobian_whole _ whole) // rX.
by rewrite outer_bias_genericE.
Qed.

(* Over an ordered field, for every data set whose samples (x, 1) span all of   *)
(* R^(d+1), and every s from 1 to min(d + 1, K): at rectangular identities and  *)
(* any biases b there are labels with E[delta] <> 0 and rk E[delta x~^T] = s at  *)
(* which H_L has the rank of the formula at least. m is the last narrowest      *)
(* hidden layer.                                                                *)
Theorem loss_bias_reached (F : realFieldType) (M : nat -> nat) (L N m s : nat)
    (b : forall i, 'cV[F]_(M i.+1)) (X : 'M[F]_(M 0%N, N)) (W := rectangular_identity F M) :
    (0 < m < L)%N -> M m = narrowest_hidden L M ->
    (forall l, (m < l < L)%N -> (narrowest_hidden L M < M l)%N) ->
    \rank (augmented X) = (M 0%N).+1 -> (0 < s)%N -> (s <= minn (M 0%N).+1 (M L))%N ->
  exists Y : 'M[F]_(M L, N),
    [/\ residual_sum W b X Y != 0,
        \rank (augmented X *m (biased_residual W b X Y)^T) = s
      & loss_bias_generic L M m (M 0%N).+1 s 1 <= (\rank (biased_hessian W b X Y))%:Z].
Proof.
move=> /andP[m0 mL] Mm behind_m full s0; rewrite leq_min => /andP[s_in s_out].
have L0 : (0 < L)%N := ltn_trans m0 mL.
have N0 : N%:R != 0 :> F.
  by rewrite pnatr_eq0 -lt0n; apply: leq_trans (rank_leq_col (augmented X)); rewrite full.
have rX : \rank (centred X) = M 0%N by apply: succn_inj; rewrite -full rank_augmented.
have hidden l : (0 < l < L)%N -> (narrowest_hidden L M <= M l)%N := @narrowest_hidden_le L M l.
set h := narrowest_hidden L M in Mm behind_m hidden *.
(* t neurons of every layer, then one more behind layer k *)
have [t [k [rho [kL tM tk r0 [rL [ts count]]]]]] : exists t k rho,
    [/\ (k < L)%N, forall l, (l <= L)%N -> (t <= M l)%N,
        forall l, (k < l <= L)%N -> (t < M l)%N, (t + rho <= M 0)%N & (t + rho < M L)%N /\
    ((t + rho).+1 = s /\ loss_bias_generic L M m (M 0%N).+1 s 1
       = outer_bias_generic L M (M 0%N).+1 + ((pairs t L M k + pairs t L M k)%N)%:Z)].
  have [sh|hs] := leqP s h.
    have sM l : (0 < l <= L)%N -> (s <= M l)%N.
      case/andP=> l0; rewrite leq_eqVlt => /orP[/eqP->|lL] //.
      by apply: leq_trans sh (hidden l _); rewrite l0.
    exists s.-1, 0%N, 0%N; rewrite !addn0 prednK //; split=> //.
    + by case=> [|l] lL; rewrite -ltnS prednK // leqW // sM.
    + by rewrite -ltnS prednK.
    split=> //; split=> //; rewrite pairsE // => [|l /andP[l0 lL]]; last first.
      by rewrite -ltnS prednK // leqW // sM // l0 ltnW.
    rewrite /loss_bias_generic /outer_bias_generic.
    have -> : s_cut_of L M s = s by apply/minn_idPr.
    have -> : s_next_of L M s = s by apply/minn_idPl; rewrite addn1 leqW.
    have -> : s.-1%:Z = s%:Z - 1 by rewrite -[in RHS](prednK s0) -addn1 PoszD addrK.
    rewrite hidden_less //; set S := \sum_(_ <= i < L) _.
    move: S (hidden_total _ _)%:Z L%:Z s%:Z (q_centred_of _ _ _)%:Z (M L)%:Z ((M 0%N).+1)%:Z.
    by move=> S H l t q K r; int_ring.
  have hs' : (h <= s.-1)%N by rewrite -ltnS prednK.
  exists h, m, (s.-1 - h)%N; rewrite subnKC // prednK //; split=> //.
  + case=> [|l] lL; first by rewrite (leq_trans hs') // -ltnS prednK.
    move: lL; rewrite leq_eqVlt => /orP[/eqP->|lL]; first exact: leq_trans (ltnW hs) s_out.
    exact: hidden.
  + move=> l /andP[ml]; rewrite leq_eqVlt => /orP[/eqP->|lL]; first exact: leq_trans hs s_out.
    by apply: behind_m; rewrite ml.
  + by rewrite -ltnS prednK.
  split=> //; split=> //; rewrite pairsE // /loss_bias_generic /outer_bias_generic.
  have -> : s_cut_of L M s = h by apply/minn_idPl/ltnW.
  have -> : s_next_of L M s = (h + 1)%N by apply/minn_idPr; rewrite addn1.
  rewrite !PoszD addn1 -/h; set S := \sum_(_ <= i < L) _.
  move: S (hidden_total _ _)%:Z L%:Z h%:Z (q_centred_of _ _ _)%:Z (M L)%:Z ((M 0%N).+1)%:Z.
  by move=> S H l t q K r; int_ring.
have [G [g [rG g0 found]]] := pairs_found F kL tM tk r0 rL.
have [Y [c [c0 GE gE le]]] := biased_rank_ge b N0 full found.
exists Y; split.
- by rewrite gE scaler_eq0 negb_or c0 -trmx0 (inj_eq (@trmx_inj _ _ _)).
- have moments : col_mx (centred X) (const_mx 1) *m (biased_residual W b X Y)^T = c *: col_mx G g.
    rewrite mul_col_mx scale_col_mx; congr col_mx; first exact: GE.
    by apply: trmx_inj; rewrite trmx_mul trmxK trmx_const linearZ; apply: gE.
  rewrite augmented_centred -mulmxA moments eqmxMfull ?row_full_unit ?with_mean_unit //.
  by rewrite eqmx_scale // rG.
by rewrite count -(rank_biased_outer_identities b L0 N0 rX) -PoszD lez_nat.
Qed.

(* Over an ordered field, for L >= 2 and all widths, every data set whose samples (x, 1) span all *)
(* of R^(d+1) has labels with E[delta] <> 0 and rk E[delta x~^T] = min(d + 1, K), the largest     *)
(* rank, at which rectangular identities with any biases b give H_L exactly the rank of the       *)
(* formula. m is the last narrowest hidden layer.                                                 *)
Corollary loss_bias_attained (F : realFieldType) (M : nat -> nat) (L N m : nat)
    (b : forall i, 'cV[F]_(M i.+1)) (X : 'M[F]_(M 0%N, N)) (W := rectangular_identity F M)
    (s := minn (M 0%N).+1 (M L)) :
    (0 < m < L)%N -> M m = narrowest_hidden L M ->
    (forall l, (m < l < L)%N -> (narrowest_hidden L M < M l)%N) ->
    \rank (augmented X) = (M 0%N).+1 -> (0 < M L)%N ->
  exists Y : 'M[F]_(M L, N),
    [/\ residual_sum W b X Y != 0,
        \rank (augmented X *m (biased_residual W b X Y)^T) = s
      & (\rank (biased_hessian W b X Y))%:Z = loss_bias_generic L M m (M 0%N).+1 s 1].
Proof.
move=> mL Mm behind_m full ML; have s0 : (0 < s)%N by rewrite leq_min.
have [Y [e0 rs ge]] := loss_bias_reached b mL Mm behind_m full s0 (leqnn s).
exists Y; split=> //; apply/le_anti; rewrite ge andbT -{1}full -[s]/(minn _ _) -full.
by apply: loss_bias_upper_bound; first by case/andP: mL => m0; apply: ltn_trans.
Qed.

(* Over an ordered field, for L >= 2 and all widths: for every data set whose samples (x, 1) span *)
(* all of R^(d+1) there are labels for which H_L with bias has the rank of the formula, with s =  *)
(* min(d + 1, K) and E[delta] <> 0, at almost all weights and biases. m is the last narrowest     *)
(* hidden layer.                                                                                  *)
Corollary loss_bias_almost_all (F : realFieldType) (M : nat -> nat) (L N m : nat)
    (X : 'M[F]_(M 0%N, N)) (s := minn (M 0%N).+1 (M L)) :
    (0 < m < L)%N -> M m = narrowest_hidden L M ->
    (forall l, (m < l < L)%N -> (narrowest_hidden L M < M l)%N) ->
    \rank (augmented X) = (M 0%N).+1 -> (0 < M L)%N ->
  exists Y : 'M[F]_(M L, N),
    almost_all (fun w : 'rV[F]_(\sum_(l < L) biased_size M l) =>
      (\rank (biased_hessian (weights_of w) (biases_of w) X Y))%:Z
      = loss_bias_generic L M m (M 0%N).+1 s 1).
Proof.
move=> mL Mm behind_m full ML.
have [Y [_ _ rY]] := loss_bias_attained (fun=> 0) mL Mm behind_m full ML; exists Y.
apply: (@generic_biased_rank_eq _ _ _ _ _ (fun W c => biased_hessian W c X Y)).
- by move=> W W' c c' WW cc; apply: biased_hessian_local.
- exact: polynomial_biased_hessian.
- move=> W c; rewrite -{1}full -[s]/(minn _ _) -full; apply: loss_bias_upper_bound => //.
  by case/andP: mL => m0; apply: ltn_trans.
by exists (rectangular_identity F M), (fun=> 0).
Qed.
