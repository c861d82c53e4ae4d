From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker z_lemma chain loss hessian.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

Section Outer.
Variables (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)).
Variable L : nat.
Notation chain := (chain W).

(* Block l (0 <= l < L): transposed Jacobian factor of layer l.               *)
Definition A_o_block (l : nat) : 'M[F]_(M l.+1 * M l, M L * M 0%N) :=
  (chain l.+1 L)^T *t chain 0 l.

Definition A_o := \mxcol_(l < L) A_o_block l.

Notation Zs s := (z_matrix (chain 0 s) ((chain s L)^T)).

Lemma A_o_block_sub_Z s l : (s <= L)%N -> (l < L)%N -> (A_o_block l <= Zs s)%MS.
Proof.
move=> sL lL; rewrite -addsmxE.
case: (ltnP l s) => ls.
  apply: submx_trans (addsmxSr _ _); apply: submx_tens; last exact: submx1.
  by rewrite (chain_comp W ls sL) trmx_mul submxMl.
apply: submx_trans (addsmxSl _ _); apply: submx_tens; first exact: submx1.
by rewrite (chain_comp W (leq0n s) ls) submxMl.
Qed.

Lemma A_o_sub_Z s : (s <= L)%N -> (A_o <= Zs s)%MS.
Proof.
move=> sL; rewrite /A_o eqmx_col; apply/sumsmx_subP => l _.
by rewrite genmxE A_o_block_sub_Z.
Qed.

Lemma A_o_block_sub_A_o (l : 'I_L) : (A_o_block l <= A_o)%MS.
Proof.
by rewrite /A_o eqmx_col (sumsmx_sup l) // genmxE.
Qed.

(* Upper bound, for ALL weights and any cut s.                                *)
Theorem rank_outer_le s : (s <= L)%N ->
  (\rank A_o <= M L * \rank (chain 0 s) + \rank (chain s L) * (M 0%N - \rank (chain 0 s)))%N.
Proof.
move=> sL; apply: leq_trans (mxrankS (A_o_sub_Z sL)) _.
by rewrite rank_z_matrix_split mxrank_tr.
Qed.

Lemma P0_sub j k : (j <= k)%N -> (chain 0 k <= chain 0 j)%MS.
Proof. by move=> jk; rewrite (chain_comp W (leq0n j) jk) submxMl. Qed.

Lemma PL_sub j k : (j <= k)%N -> (k <= L)%N -> ((chain j L)^T <= (chain k L)^T)%MS.
Proof. by move=> jk kL; rewrite (chain_comp W jk kL) trmx_mul submxMl. Qed.

(* Reduction to Z-form (Theorem 3 of Singh et al.): equality as soon as the   *)
(* ranks of the partial products have saturated at some hidden layer s.       *)
Theorem A_o_Z s : (0 < s)%N -> (s < L)%N ->
    \rank (chain 0 L.-1) = \rank (chain 0 s) -> \rank (chain 1 L) = \rank (chain s L) ->
  (A_o :=: Zs s)%MS.
Proof.
move=> s0 sL r0 rL; apply/eqmxP/andP; split; first exact/A_o_sub_Z/ltnW.
have L0 : (0 < L)%N := leq_ltn_trans (leq0n s) sL.
have sL1 : (s <= L.-1)%N by rewrite -ltnS prednK.
have e0 : (chain 0 s <= chain 0 L.-1)%MS.
  by rewrite -(geq_leqif (mxrank_leqif_sup (P0_sub sL1))) r0.
have eL : ((chain s L)^T <= (chain 1 L)^T)%MS.
  by rewrite -(geq_leqif (mxrank_leqif_sup (PL_sub s0 (ltnW sL)))) !mxrank_tr rL.
rewrite -addsmxE addsmx_sub; apply/andP; split.
  have lL : (L.-1 < L)%N by rewrite prednK.
  apply: submx_trans (A_o_block_sub_A_o (Ordinal lL)).
  apply: submx_tens e0; rewrite /=; move: (prednK L0).
  by case: (L) => // L' /= _; rewrite chain_id trmx1.
apply: submx_trans (A_o_block_sub_A_o (Ordinal L0)).
by apply: submx_tens eL _; rewrite /= chain_id.
Qed.

Corollary rank_outer_Z s : (0 < s)%N -> (s < L)%N ->
    \rank (chain 0 L.-1) = \rank (chain 0 s) -> \rank (chain 1 L) = \rank (chain s L) ->
  (\rank A_o + \rank (chain 0 s) * \rank (chain s L)
    = M L * \rank (chain 0 s) + M 0%N * \rank (chain s L))%N.
Proof.
move=> s0 sL r0 rL; rewrite (A_o_Z s0 sL r0 rL) -[\rank (chain s L)]mxrank_tr.
exact: rank_z_matrix.
Qed.

(* Upper bound by the minimal width q = M s, all weights.                     *)
Theorem rank_outer_minwidth s : (s <= L)%N ->
    (M s <= M 0%N)%N -> (M s <= M L)%N ->
  (\rank A_o <= M s * (M 0%N + M L - M s))%N.
Proof.
move=> sL q0 qL; apply: leq_trans (rank_outer_le sL) _.
set c := \rank _; set a := \rank _.
have cq : (c <= M s)%N := rank_leq_row _.
have aq : (a <= M s)%N := rank_leq_col _.
have c0 : (c <= M 0%N)%N := leq_trans cq q0.
apply: (@leq_trans (M L * c + M s * (M 0%N - c))).
  by rewrite leq_add2l leq_mul2r aq orbT.
rewrite -(subnK qL) addnA addnK [in X in (_ <= X)%N]addnC mulnDr.
rewrite mulnDl -addnA -mulnDr subnKC // leq_add2r mulnC.
by rewrite leq_mul2r cq orbT.
Qed.

(* Exact rank for ALL weights ("staircase" formula).                          *)
Definition Upart k : 'M[F]_(M L * M 0%N) := (\sum_(l < k) <<A_o_block l>>)%MS.

Lemma Upart_cap k : (0 < k)%N -> (k < L)%N ->
  (Upart k :&: A_o_block k :=: (chain k L)^T *t chain 0 k)%MS.
Proof.
move=> k0 kL; apply/eqmxP/andP; split; last first.
  rewrite sub_capmx; apply/andP; split; last first.
    by apply: submx_tens => //; apply: PL_sub (leqnSn k) kL.
  case: k k0 kL => // k _ kL.
  apply: (sumsmx_sup ord_max) => //; rewrite genmxE /=.
  by apply: submx_tens => //; apply: P0_sub (leqnSn k).
rewrite -cap_tens; apply: capmxS.
  apply/sumsmx_subP => l _; rewrite genmxE; apply: submx_tens (submx1 _).
  by apply: PL_sub (ltn_ord l) (ltnW kL).
by apply: submx_tens (submx1 _) _.
Qed.

Lemma rank_Upart k : (k <= L)%N ->
  (\rank (Upart k) + \sum_(1 <= l < k) \rank (chain l L) * \rank (chain 0 l)
   = \sum_(0 <= l < k) \rank (chain l.+1 L) * \rank (chain 0 l))%N.
Proof.
elim: k => [|[|k] IH] kL.
- by rewrite /Upart big_ord0 mxrank0 !big_geq.
- rewrite /Upart big_ord1 genmxE big_nat1 big_geq // addn0.
  by rewrite mxrank_tens mxrank_tr.
rewrite big_nat_recr // [in RHS]big_nat_recr //= -IH ?(ltnW kL) //.
have := mxrank_sum_cap (Upart k.+1) (A_o_block k.+1).
rewrite (Upart_cap _ kL) // !mxrank_tens !mxrank_tr => E.
have -> : \rank (Upart k.+2) = \rank (Upart k.+1 + A_o_block k.+1)%MS.
  rewrite /Upart big_ord_recr /=.
  by apply/eqmx_rank/eqmxP/adds_eqmx => //; apply: genmxE.
by rewrite addnCA E addnCA addnA.
Qed.

Theorem rank_outer_exact :
  (\rank A_o + \sum_(1 <= l < L) \rank (chain l L) * \rank (chain 0 l)
   = \sum_(0 <= l < L) \rank (chain l.+1 L) * \rank (chain 0 l))%N.
Proof.
by rewrite -(rank_Upart (leqnn L)) /A_o eqmx_col.
Qed.

End Outer.

(* A_o is the (transposed) Jacobian of the end-to-end matrix. *)
Section Jacobian.
Variables (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)).

Variable L : nat.

Theorem jacobian (u : 'rV_(\sum_(l < L) layer_size M l)) :
  vec (d_chain W (direction u) 0 L) = u *m A_o W L.
Proof.
rewrite -{2}[u]submxrowK /A_o mul_mxrow_mxcol d_chain_sum // big_mkord.
rewrite -[RHS]unvecK; congr vec.
have -> : unvec (\sum_l submxrow u l *m A_o_block W L l)
          = \sum_l unvec (submxrow u l *m A_o_block W L l).
  apply/matrixP => i j; rewrite !(mxE, summxE); apply: eq_bigr => l _.
  by rewrite !mxE.
by apply: eq_bigr => l _; rewrite unvec_mul trmxK directionE.
Qed.
End Jacobian.

Theorem rank_outer_max (F : fieldType) (M : nat -> nat)
    (W : forall i, 'M[F]_(M i.+1, M i)) (L s : nat) :
    (0 < s)%N -> (s < L)%N ->
    \rank (chain W 0 L.-1) = M s -> \rank (chain W 1 L) = M s ->
  \rank (A_o W L) = (M s * (M 0 + M L - M s))%N.
Proof.
move=> s0 sL r0 rL.
have L0 : (0 < L)%N := leq_ltn_trans (leq0n s) sL.
have sL1 : (s <= L.-1)%N by rewrite -ltnS prednK.
have e0 : \rank (chain W 0 s) = M s.
  apply/eqP; rewrite eqn_leq rank_leq_row -{1}r0.
  by rewrite (chain_comp W (leq0n s) sL1) mxrankM_maxr.
have eL : \rank (chain W s L) = M s.
  apply/eqP; rewrite eqn_leq rank_leq_col -{1}rL.
  by rewrite (chain_comp W s0 (ltnW sL)) mxrankM_maxl.
have := @rank_outer_Z F M W L s s0 sL; rewrite r0 rL e0 eL => /(_ erefl erefl) E.
by rewrite mulnBr mulnDr [(M s * M 0%N)%N]mulnC [(M s * M L)%N]mulnC addnC -E addnK.
Qed.
