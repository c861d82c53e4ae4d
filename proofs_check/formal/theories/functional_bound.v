From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker chain loss hessian blocks gauss_newton.
From Hessproof Require Import formulas narrowest functional_column column_rank.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* The rank of the functional Hessian H_f is at most the sum of the ranks of   *)
(* its block columns (Corollary 6), and equal to it for two layers.            *)

Lemma rank_mxrow_le (F : fieldType) m p (n : 'I_p -> nat) (B : forall i, 'M[F]_(m, n i)) :
  (\rank (\mxrow_i B i) <= \sum_i \rank (B i))%N.
Proof.
rewrite -mxrank_tr tr_mxrow eqmx_col.
elim/big_rec2: _ => [|i k A _ IH]; first by rewrite mxrank0.
apply: leq_trans (mxrank_adds_leqif _ _).1 _.
by rewrite genmxE mxrank_tr leq_add2l.
Qed.

(* The widths that the ends of the cyclic chains see, added up over the layers. *)
Lemma sum_cyclic_ends (M : nat -> nat) L s : (0 < L)%N ->
  (\sum_(l < L) ((if l.+1 == L then s else M l.+1) + (if l == 0%N :> nat then s else M l))
   = (hidden_total L M + s).*2)%N.
Proof.
case: L => // L _; rewrite big_split -addnn /=; congr (_ + _)%N.
  rewrite big_ord_recr /= eqxx /hidden_total big_add1 big_mkord; congr (_ + _)%N.
  by apply: eq_bigr => l _; rewrite eqSS ltn_eqF.
by rewrite big_ord_recl /= addnC /hidden_total big_add1 big_mkord.
Qed.

Section Bound.
Variables (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)).
Variables (L N : nat) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)).
Notation H_f := (functional_hessian W X Y).
Notation G := (X *m (residual X Y W)^T).

Lemma rank_functional_le_columns :
  (\rank H_f <= \sum_(l < L) \rank (functional_column W X Y l))%N.
Proof. by rewrite -[H_f]submxrowK rank_mxrow_le. Qed.

(* The bound of Corollary 6 with q at most every width of the cyclic chain and *)
(* equal to one of them.                                                       *)
Theorem rank_functional_hessian_le q : (0 < L)%N ->
    (q <= \rank G)%N -> (forall c, (0 < c < L)%N -> (q <= M c)%N) ->
    q = \rank G \/ (exists2 c, (0 < c < L)%N & q = M c) ->
  (\rank H_f + L * (q * q) <= q * (hidden_total L M + \rank G).*2)%N.
Proof.
move=> L0 qs qM qE; rewrite -sum_cyclic_ends // big_distrr /=.
apply: leq_trans (leq_add rank_functional_le_columns (leqnn _)) _.
have -> : (L * (q * q) = \sum_(l < L) q * q)%N by rewrite sum_nat_const card_ord.
rewrite -big_split /=; apply: leq_sum => l _.
rewrite mulnDr [(q * (if _ == 0%N then _ else _))%N]mulnC.
exact: rank_functional_column_le.
Qed.
End Bound.

(* A single layer: no block off the diagonal. *)
Section OneLayer.
Variables (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)).
Variables (L N : nat) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)).
Hypothesis L1 : (L <= 1)%N.

Lemma functional_column_one_layer (l : 'I_L) : functional_column W X Y l = 0.
Proof.
rewrite -[LHS]submxcolK (@eq_mxcol _ _ _ _ _ (fun k => 0)) ?mxcol0 // => k.
have z (i : 'I_L) : i = 0%N :> nat by apply/eqP; rewrite -leqn0 -ltnS (leq_trans (ltn_ord i)).
have -> : k = l by apply: val_inj; rewrite /= !z.
by rewrite -submxblockEh functional_block_same.
Qed.

(* A single layer: H_f = 0. *)
Theorem functional_hessian_one_layer : functional_hessian W X Y = 0.
Proof.
rewrite -[LHS]submxrowK (@eq_mxrow _ _ _ _ _ (fun l => 0)) ?mxrow0 // => l.
exact: functional_column_one_layer.
Qed.
End OneLayer.

Lemma one_of_two (i k l : 'I_2) : k != l -> (i == k) || (i == l).
Proof. by rewrite -!val_eqE; case: i k l => [[|[|//]] ?] [[|[|//]] ?] [[|[|//]] ?]. Qed.

Lemma eqmx_two (F : fieldType) n (p : 'I_2 -> nat) (B : forall i, 'M[F]_(p i, n)) (k l : 'I_2) :
  k != l -> (\mxcol_i B i :=: B k + B l)%MS.
Proof.
move=> kl; apply: eqmx_trans (eqmx_col _) _; apply/eqmxP/andP; split.
  apply/sumsmx_subP => i _; rewrite genmxE.
  by case/orP: (one_of_two i kl) => /eqP->; rewrite ?addsmxSl ?addsmxSr.
by rewrite addsmx_sub (sumsmx_sup k) ?(sumsmx_sup l) ?genmxE.
Qed.

(* Two layers: the block rows meet in zero only. *)
Section TwoLayers.
Variables (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)).
Variables (N : nat) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M 2, N)).
Notation H_f := (functional_hessian W X Y).
Notation G := (X *m (residual X Y W)^T).

Lemma rank_block_row (l : 'I_2) : \rank (submxcol H_f l) = (M 1%N * \rank G)%N.
Proof.
have -> : submxcol H_f l = (functional_column W X Y l)^T.
  by rewrite /functional_column tr_submxrow tr_functional_hessian.
rewrite mxrank_tr rank_functional_column_products /column_products.
have [k kl] : exists k : 'I_2, k != l by exists (rev_ord l); case: l => [[|[|//]] ?].
rewrite (eqmx_two _ kl) eqxx (negbTE kl).
rewrite addsmx0 mxrank_tens.
move: l k kl => [[|[|//]] lL] [[|[|//]] kL] // _; rewrite /above /below /= !chain_id.
  by rewrite mul1mx mulmx1 mxrank_tr mxrank1 mulnC.
by rewrite mul1mx mulmx1 trmx1 mxrank1.
Qed.

Lemma block_rows_disjoint (k l : 'I_2) : k != l -> (submxcol H_f k :&: submxcol H_f l = 0)%MS.
Proof.
move=> kl; apply/eqP; rewrite -submx0; apply/rV_subP => v; rewrite sub_capmx.
case/andP=> /submxP[a va] /submxP[b vb].
suff z (i : 'I_2) : submxrow v i = 0.
  by rewrite -[v]submxrowK (@eq_mxrow _ _ _ _ _ (fun i => 0) z) mxrow0 sub0mx.
case/orP: (one_of_two i kl) => /eqP->.
  by rewrite va -mul_submxrow -submxblockEv functional_block_same mulmx0.
by rewrite vb -mul_submxrow -submxblockEv functional_block_same mulmx0.
Qed.

(* Two layers: rk H_f = 2 M_1 rk G. *)
Theorem rank_functional_hessian_two_layers : \rank H_f = (M 1%N * \rank G).*2.
Proof.
rewrite -[H_f]submxcolK (@eqmx_two _ _ _ _ ord0 ord_max) //.
rewrite mxrank_disjoint_sum ?block_rows_disjoint //.
by rewrite !rank_block_row addnn.
Qed.
End TwoLayers.
