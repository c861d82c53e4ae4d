From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker z_lemma chain loss hessian tensor_flag functional_column.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* The rank of a block column of H_f, for all weights and data over any field: wherever the    *)
(* cyclic chain of the weights and G = X residual^T is cut, the column lies in a flag of two    *)
(* steps, which bounds its rank; and where the product of all other weights and G has rank q    *)
(* the bound is the rank. For Theorem 5 of Singh et al. 2021.                                   *)

(* The flag with two steps: P (x) V + U (x) Q with P in U and Q in V. *)
Lemma rank_two_steps (F : fieldType) m1 m2 p1 p2 a b (P : 'M[F]_(m1, a)) (U : 'M[F]_(m2, a))
    (Q : 'M[F]_(p1, b)) (V : 'M[F]_(p2, b)) : (P <= U)%MS -> (Q <= V)%MS ->
  (\rank (P *t V + U *t Q)%MS + \rank P * \rank Q
   = \rank P * \rank V + \rank U * \rank Q)%N.
Proof.
move=> PU QV; rewrite -!mxrank_tens -(mxrank_sum_cap (P *t V)); congr (_ + _)%N.
apply/eqmx_rank/andP; split; first by rewrite sub_capmx !submx_tens.
by rewrite -(cap_tens P) capmxS // submx_tens ?submx1.
Qed.

Section Column.
Variables (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)).
Variables (L N : nat) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)) (l : 'I_L).
Notation chain := (chain W).
Notation G := (X *m (residual X Y W)^T).
Notation above := (above W X Y l).
Notation below := (below W X Y l).

(* Node c comes before node c' on the cyclic chain: l+1, ..., L, 0, ..., l.   *)
Definition before (c c' : nat) :=
  if (l < c)%N then (c' <= l)%N || (c <= c')%N else (c <= c' <= l)%N.

Lemma above_before c c' : (c <= L)%N -> (c' <= L)%N -> before c c' -> (above c <= above c')%MS.
Proof.
rewrite /before /above => cL c'L; have lL := ltnW (ltn_ord l).
case: (ltnP l c) => lc; case: (ltnP l c') => lc' //= cc'.
- have -> : chain 0 l *m G *m chain c L = chain 0 l *m G *m chain c' L *m chain c c'.
    by rewrite (chain_comp W cc' c'L) [LHS]mulmxA.
  by rewrite trmx_mul submxMl.
- have -> : chain 0 l *m G *m chain c L = chain c' l *m (chain 0 c' *m G *m chain c L).
    by rewrite (chain_comp W (leq0n c') lc') !mulmxA.
  by rewrite trmx_mul submxMl.
- by rewrite andbF in cc'.
- by case/andP: cc' => cc' _; rewrite (chain_comp W cc' lc') trmx_mul submxMl.
Qed.

Lemma below_before c c' : (c <= L)%N -> (c' <= L)%N -> before c c' -> (below c' <= below c)%MS.
Proof.
rewrite /before /below => cL c'L; have lL := ltn_ord l.
case: (ltnP l c) => lc; case: (ltnP l c') => lc' //= cc'.
- by rewrite (chain_comp W lc cc') submxMl.
- by rewrite (chain_comp W lc cL) mulmxA submxMl.
- by rewrite andbF in cc'.
- by case/andP: cc' => cc' _; rewrite (chain_comp W (leq0n c) cc') -!mulmxA submxMl.
Qed.

(* The end of the cyclic chain: no first factor has a larger row space.  For  *)
(* the first layer that is the joint with G, else the node l.                 *)
Definition above_all : 'M[F]_(M l) := if l == 0%N :> nat then <<above L>>%MS else 1%:M.

(* The start: the joint with G for the last layer, else the node l+1.         *)
Definition below_all : 'M[F]_(M l.+1) := if l.+1 == L then <<below 0>>%MS else 1%:M.

Lemma above_le c : (0 < c <= L)%N -> (above c <= above_all)%MS.
Proof.
case/andP=> c0 cL; rewrite /above_all; case: eqP => [l0 | _]; last exact: submx1.
by rewrite genmxE above_before // /before l0 c0 cL orbT.
Qed.

Lemma below_le c : (c < L)%N -> (below c <= below_all)%MS.
Proof.
move=> cL; rewrite /below_all; case: eqP => [lL | _]; last exact: submx1.
by rewrite genmxE below_before ?(ltnW cL) // /before ltn0 leq0n -ltnS lL.
Qed.

(* The ranks of the two ends: s = rk G at the joint, else a width. *)
Definition end_size := if l == 0%N :> nat then \rank G else M l.
Definition start_size := if l.+1 == L then \rank G else M l.+1.

Lemma above_L : above L = (chain 0 l *m G)^T.
Proof. by rewrite /above ltn_ord chain_id mulmx1. Qed.

Lemma below_0 : below 0 = G *m chain l.+1 L.
Proof. by rewrite /below ltn0 chain_id mul1mx. Qed.

Lemma rank_above_L : (\rank (above L) <= \rank G)%N.
Proof. by rewrite above_L mxrank_tr mxrankM_maxr. Qed.

Lemma rank_below_0 : (\rank (below 0) <= \rank G)%N.
Proof. by rewrite below_0 mxrankM_maxl. Qed.

Lemma rank_above_all : \rank above_all = end_size.
Proof.
rewrite /above_all /end_size; case: eqP => [l0 | _]; last exact: mxrank1.
by rewrite genmxE above_L mxrank_tr l0 chain_id mul1mx.
Qed.

Lemma rank_below_all : \rank below_all = start_size.
Proof.
rewrite /below_all /start_size; case: eqP => [lL | _]; last exact: mxrank1.
by rewrite genmxE below_0 lL chain_id mulmx1.
Qed.

(* A cut at the nodes c, c': each layer k <> l lies before c or behind c'.    *)
Definition cut c c' := forall k : 'I_L, k != l -> before k.+1 c || before c' k.

(* A cut puts the column into a flag with two steps. *)
Lemma column_products_cut c c' : (0 < c <= L)%N -> (c' < L)%N -> cut c c' ->
  (column_products W X Y l <= above c *t below_all + above_all *t below c')%MS.
Proof.
move=> cL c'L cc'; rewrite /column_products eqmx_col; apply/sumsmx_subP => k _.
rewrite genmxE; case: eqP => [_ | /eqP kl]; first exact: sub0mx.
have kL := ltn_ord k; case/orP: (cc' k kl) => h.
  by apply: submx_trans (addsmxSl _ _);
    rewrite submx_tens ?below_le ?above_before //; case/andP: cL.
by apply: submx_trans (addsmxSr _ _); rewrite submx_tens ?above_le ?below_before // ltnW.
Qed.

Corollary rank_functional_column_steps c c' : (0 < c <= L)%N -> (c' < L)%N -> cut c c' ->
  (\rank (functional_column W X Y l)
   <= \rank (above c) * start_size + end_size * \rank (below c'))%N.
Proof.
move=> cL c'L cc'; rewrite rank_functional_column_products.
apply: leq_trans (mxrankS (column_products_cut cL c'L cc')) _.
apply: leq_trans (mxrank_adds_leqif _ _).1 _.
by rewrite !mxrank_tens rank_above_all rank_below_all.
Qed.

(* Two steps of height at most q. *)
Lemma two_steps_bound rk p x q v u : (p <= q)%N -> (x <= q)%N -> (x <= v)%N -> (q <= u)%N ->
  (rk + p * x <= p * v + u * x -> rk + q * q <= q * v + u * q)%N.
Proof.
move=> pq xq /subnK<-; set y := (v - x)%N => /subnK<-; set z := (u - q)%N => h.
have {h} h : (rk <= p * y + (z + q) * x)%N.
  by rewrite -(leq_add2r (p * x)); apply: leq_trans h _; rewrite mulnDr addnAC.
apply: (@leq_trans (p * y + (z + q) * x + q * q)); first by rewrite leq_add2r.
rewrite !mulnDl mulnDr !addnA leq_add2r [X in (_ <= X)%N]addnAC leq_add2r.
by apply: leq_add; rewrite (leq_mul2r, leq_mul2l) ?pq ?xq orbT.
Qed.

Theorem rank_functional_column_cut c c' q :
    (0 < c <= L)%N -> (c' < L)%N -> cut c c' ->
    (\rank (above c) <= q)%N -> (\rank (below c') <= q)%N -> (q <= end_size)%N ->
  (\rank (functional_column W X Y l) + q * q <= q * start_size + end_size * q)%N.
Proof.
move=> cL c'L cc' aq bq qe.
apply: (two_steps_bound aq bq _ qe); first by rewrite -rank_below_all mxrankS ?below_le.
rewrite -rank_above_all -rank_below_all -rank_two_steps ?above_le ?below_le //.
by rewrite leq_add2r rank_functional_column_products mxrankS // column_products_cut.
Qed.

(* Every hidden node is a cut, and so is the joint with G. *)
Lemma cut_hidden c : cut c c.
Proof.
move=> k; rewrite -val_eqE neq_ltn /before => /orP[kl | lk].
  rewrite ltnS leqNgt kl /= (ltnW kl); case: (leqP c l) => lc; last by rewrite orbT.
  by rewrite andbT; case: ltnP.
rewrite ltnS (ltnW lk); case: (leqP c l) => //= lc.
by case: (ltnP k c) => //= kc; rewrite orbT.
Qed.

Lemma cut_joint : cut L 0.
Proof.
move=> k; rewrite -val_eqE neq_ltn /before => /orP[kl | lk]; first by rewrite (ltnW kl) orbT.
by rewrite ltnS (ltnW lk) ltn_ord orbT.
Qed.

(* The upper bound, for all weights and data. *)
Theorem rank_functional_column_le q :
    (q <= \rank G)%N -> (forall c, (0 < c < L)%N -> (q <= M c)%N) ->
    q = \rank G \/ (exists2 c, (0 < c < L)%N & q = M c) ->
  (\rank (functional_column W X Y l) + q * q <= q * start_size + end_size * q)%N.
Proof.
move=> qs qM qE; have qe : (q <= end_size)%N.
  by rewrite /end_size; case: eqP => // /eqP l0; rewrite qM // lt0n l0 ltn_ord.
have L0 : (0 < L)%N := leq_ltn_trans (leq0n l) (ltn_ord l).
case: qE => [qE | [c /andP[c0 cL] qE]].
  apply: (rank_functional_column_cut _ L0 cut_joint _ _ qe); first by rewrite L0 leqnn.
    by rewrite qE rank_above_L.
  by rewrite qE rank_below_0.
apply: (rank_functional_column_cut _ cL (@cut_hidden c) _ _ qe); first by rewrite c0 ltnW.
  by rewrite qE rank_leq_row.
by rewrite qE rank_leq_row.
Qed.

(* Where the whole cyclic product has rank q, the bound is reached.           *)
Definition whole_product : 'M[F]_(M l, M l.+1) := chain 0 l *m G *m chain l.+1 L.

Lemma above_whole : above l.+1 = whole_product^T.
Proof. by rewrite /above ltnSn. Qed.

Lemma below_whole : below l = whole_product.
Proof. by rewrite /below ltnn. Qed.

(* Some block (k, l) contains above c (x) below c' for nodes c before k + 1   *)
(* and c' behind k.                                                           *)
Lemma block_sub_column (k : 'I_L) c c' : k != l -> (c <= L)%N -> (c' <= L)%N ->
    before c k.+1 -> before k c' ->
  (above c *t below c' <= column_products W X Y l)%MS.
Proof.
move=> kl cL c'L ck kc'; have kL := ltn_ord k.
rewrite /column_products eqmx_col (sumsmx_sup k) // genmxE ifN //.
by rewrite submx_tens ?above_before ?below_before // ltnW.
Qed.

(* Some product reaches the end of the cyclic chain, another one its start.   *)
Lemma above_all_reached : (1 < L)%N -> exists c (k : 'I_L),
  [/\ (c <= L)%N, k != l, before c k.+1, before k l & (above_all <= above c)%MS].
Proof.
move=> L1; have L0 := ltnW L1; have [l0 | l0] := posnP l.
  have kL : (L.-1 < L)%N by rewrite prednK.
  have lk : (l < L.-1)%N by rewrite l0 -ltnS prednK.
  exists L, (Ordinal kL); rewrite -val_eqE /before /= ltn_ord prednK // leqnn orbT lk leqnn.
  by rewrite gtn_eqF // /above_all ifT ?l0 // genmxE submx_refl.
have kL : (l.-1 < L)%N by rewrite (leq_ltn_trans (leq_pred l)).
exists l, (Ordinal kL); rewrite /before -val_eqE /= prednK // ltnn ltnNge leq_pred /= !leqnn.
by rewrite ltn_eqF /above ?prednK // ltnn chain_id trmx1 submx1 ltnW.
Qed.

Lemma below_all_reached : (1 < L)%N -> exists c (k : 'I_L),
  [/\ (c <= L)%N, k != l, before l.+1 k.+1, before k c & (below_all <= below c)%MS].
Proof.
move=> L1; have [lL | lL] := eqVneq l.+1 L.
  have l0 : (0 < l)%N by rewrite -ltnS lL.
  exists 0%N, (Ordinal (ltnW L1)).
  rewrite /before -val_eqE /= ltnS leqnn l0 ltn_eqF //=.
  by rewrite /below_all ifT ?lL // genmxE submx_refl.
have l1 : (l.+1 < L)%N by rewrite ltn_neqAle lL ltn_ord.
exists l.+1, (Ordinal l1).
rewrite /before -val_eqE /= !ltnS !leqnn leqnSn !orbT gtn_eqF //.
by rewrite /below ltnSn chain_id submx1 ltnW.
Qed.

Lemma column_products_whole : (1 < L)%N ->
  (above l.+1 *t below_all + above_all *t below l <= column_products W X Y l)%MS.
Proof.
move=> L1; have lL := ltn_ord l; rewrite addsmx_sub; apply/andP; split.
  have [c [k [cL kl lk kc le]]] := below_all_reached L1.
  exact: submx_trans (submx_tens (submx_refl _) le) (block_sub_column kl lL cL lk kc).
have [c [k [cL kl ck kl' le]]] := above_all_reached L1.
exact: submx_trans (submx_tens le (submx_refl _)) (block_sub_column kl cL (ltnW lL) ck kl').
Qed.

Theorem rank_functional_column_whole q : (1 < L)%N -> \rank whole_product = q ->
  (q * start_size + end_size * q <= \rank (functional_column W X Y l) + q * q)%N.
Proof.
move=> L1 <-; have lL := ltn_ord l.
rewrite -{1}mxrank_tr -above_whole -below_whole.
have := @rank_two_steps F _ _ _ _ _ _ (above l.+1) above_all (below l) below_all.
rewrite rank_above_all rank_below_all => E.
rewrite -E ?above_le ?below_le ?ltn0Sn //.
rewrite above_whole below_whole mxrank_tr leq_add2r rank_functional_column_products.
by rewrite mxrankS // -above_whole -below_whole column_products_whole.
Qed.

End Column.
