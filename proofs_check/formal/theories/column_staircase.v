From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker chain loss hessian tensor_flag formulas functional_column.
From Hessproof Require Import column_rank.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* The exact rank of a block column of H_f, for all weights and all data, over *)
(* any field: the staircase of its tensor flag (Theorem 5 without its          *)
(* assumption).  Layers are counted from 0.                                    *)

(* The i-th layer after layer l of L layers, going around: l+1, ..., L-1, 0,   *)
(* ..., l-1 for i = 0, ..., L-2.                                               *)
Definition layer_after (L l i : nat) : nat := ((l + i).+1 %% L)%N.

Section Staircase.
Variables (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)).
Variables (L N : nat) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)) (l : 'I_L).
Notation above := (above W X Y l).
Notation below := (below W X Y l).
Notation before := (before l).
Notation k_ i := (layer_after L l i).

Let L0 : (0 < L)%N := leq_ltn_trans (leq0n l) (ltn_ord l).

Lemma layer_after_direct i : ((l + i).+1 < L)%N -> k_ i = (l + i).+1.
Proof. exact: modn_small. Qed.

Lemma layer_after_wrapped i : (i < L)%N -> (L <= (l + i).+1)%N -> k_ i = ((l + i).+1 - L)%N.
Proof.
move=> iL Li; rewrite /layer_after -[in LHS](subnKC Li) modnDl modn_small //.
by rewrite ltn_subLR // -addnS -addSn leq_add ?ltn_ord.
Qed.

Lemma layer_after_lt i : (k_ i < L)%N.
Proof. exact: ltn_pmod. Qed.

(* Every other layer is met once. *)
Lemma layer_after_neq i : (i < L.-1)%N -> k_ i != l.
Proof.
move=> iL; have iL' : (i.+1 < L)%N by rewrite -(prednK L0).
case: (ltnP (l + i).+1 L) => h; first by rewrite layer_after_direct // gtn_eqF // ltnS leq_addr.
rewrite layer_after_wrapped ?(ltnW iL') // ltn_eqF //.
by rewrite ltn_subLR // -addnS addnC ltn_add2r.
Qed.

Lemma layer_after_onto k : (k < L)%N -> k != l -> exists2 i, (i < L.-1)%N & k_ i = k.
Proof.
have lL := ltn_ord l; have indexE i : (i < L.-1)%N = ((l + i).+1 < l + L)%N.
  by rewrite -addnS ltn_add2l -ltnS prednK.
move=> kL; rewrite neq_ltn => /orP[kl | lk].
  have E : (l + (L + k - l.+1)).+1 = (L + k)%N.
    by rewrite -addSn subnKC // (leq_trans lL) ?leq_addr.
  exists (L + k - l.+1)%N; first by rewrite indexE E addnC ltn_add2r.
  by rewrite /layer_after E modnDl modn_small.
have E : (l + (k - l.+1)).+1 = k by rewrite -addSn subnKC.
exists (k - l.+1)%N; first by rewrite indexE E (leq_trans kL) ?leq_addl.
by rewrite /layer_after E modn_small.
Qed.

(* Consecutive layers are consecutive on the cyclic chain. *)
Lemma layer_after_before i : (i.+1 < L.-1)%N ->
  before (k_ i).+1 (k_ i.+1).+1 /\ before (k_ i) (k_ i.+1).
Proof.
move=> iL; have iL2 : (i.+2 < L)%N by rewrite -(prednK L0).
have iL1 := ltnW iL2; have iL0 := ltnW iL1; rewrite /before.
case: (ltngtP (l + i).+2 L) => h.
- rewrite !layer_after_direct ?addnS ?(ltnW h) // !ltnS leq_addr.
  by rewrite (leqW (leq_addr _ _)) !leqnSn !orbT.
- have Lj : (L <= (l + i).+1)%N by rewrite -ltnS.
  set j := ((l + i).+1 - L)%N.
  have -> : k_ i = j by rewrite layer_after_wrapped.
  have -> : k_ i.+1 = j.+1 by rewrite layer_after_wrapped // addnS ?(ltnW h) // subSn.
  have jl : (j.+2 <= l)%N by rewrite -(leq_add2r L) !addSn subnK // -!addnS leq_add2l.
  have jl1 := ltnW jl; have jl0 := ltnW jl1.
  by rewrite (leq_gtF jl1) (leq_gtF jl0) !leqnSn jl jl1.
have h1 : ((l + i).+1 < L)%N by move: (leqnn (l + i).+2); rewrite {2}h.
have -> : k_ i = (l + i).+1 := layer_after_direct h1.
have -> : k_ i.+1 = 0%N by rewrite layer_after_wrapped // addnS h // subnn.
have l0 : (0 < l)%N.
  by rewrite -(ltn_add2r i.+2) add0n !addnS h.
by rewrite !ltnS leq_addr l0 (leqW (leq_addr _ _)).
Qed.

Lemma column_products_flag :
  (column_products W X Y l :=: flag (fun i => above (k_ i).+1) (fun i => below (k_ i)) L.-1)%MS.
Proof.
apply/eqmxP/andP; split; last first.
  apply/sumsmx_subP => i _; rewrite genmxE.
  rewrite /column_products eqmx_col (sumsmx_sup (Ordinal (layer_after_lt i))) // genmxE.
  by rewrite -val_eqE /= (negbTE (layer_after_neq (ltn_ord i))).
rewrite /column_products eqmx_col; apply/sumsmx_subP => k _; rewrite genmxE.
case: eqP => [_ | /eqP]; first exact: sub0mx.
rewrite -val_eqE /layer_size /= => kl; have [i iL <-] := layer_after_onto (ltn_ord k) kl.
by rewrite /flag (sumsmx_sup (Ordinal iL)) // genmxE.
Qed.

(* rk H_f^(.l) = sum_i u_i v_i - sum_i u_i v_(i+1), where u_i and v_i are the  *)
(* ranks of the two Kronecker factors of the i-th block in the cyclic order.   *)
Theorem rank_functional_column :
  (\rank (functional_column W X Y l))%:Z
  = tensor_flag (fun i => \rank (above (k_ i.-1).+1)) (fun i => \rank (below (k_ i.-1))) L.-1.
Proof.
rewrite rank_functional_column_products column_products_flag.
apply: rank_flag_formula => i iL; have [b1 b2] := layer_after_before iL.
  by apply: above_before b1; rewrite // layer_after_lt.
by apply: below_before b2; rewrite // ltnW // layer_after_lt.
Qed.
End Staircase.
