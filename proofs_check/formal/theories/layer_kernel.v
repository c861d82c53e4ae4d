From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker chain loss hessian.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* The layer-local kernel at a cut s, and the upper bound on the rank of the loss Hessian *)
(* that it gives for all weights and all data, over any field.  A direction U is in it if, *)
(* with G = X residual^T, *)
(*   l < s:   chain l.+1 s *m U l = 0   and   U l *m chain 0 l *m G *m chain s L = 0; *)
(*   l >= s:  U l *m chain s l = 0      and   chain 0 s *m G *m chain l.+1 L *m U l = 0. *)
(* These are two conditions of rank at most M s in every layer, so the dimension is at least *)
(* sum_l (M_(l+1) - M_s) (M_l - M_s). *)
Section Kernel.
Variables (R : comRingType) (M : nat -> nat) (W U : forall i, 'M[R]_(M i.+1, M i)).
Notation chain := (chain W).
Notation d_chain := (d_chain W).
Notation d2_chain := (d2_chain W).
Implicit Type V : forall i, 'M[R]_(M i.+1, M i).

(* Directions of the layer-local kernel at the cut s are killed by the form. *)
Section Cut.
Variables (L s : nat).
Hypothesis sL : (s <= L)%N.
Variable G : 'M[R]_(M 0%N, M L).
Hypothesis kill1 : forall l, (l < s)%N -> chain l.+1 s *m U l = 0.
Hypothesis kill2 : forall l, (l < s)%N -> U l *m (chain 0 l *m G *m chain s L) = 0.
Hypothesis kill3 : forall l, (s <= l)%N -> (l < L)%N -> U l *m chain s l = 0.
Hypothesis kill4 : forall l, (s <= l)%N -> (l < L)%N ->
  chain 0 s *m G *m chain l.+1 L *m U l = 0.

(* Below the cut nothing reaches it ... *)
Lemma d_chain_lo k : (k <= s)%N -> chain k s *m d_chain U 0 k = 0.
Proof.
elim: k => [_|k IH ks]; first by rewrite d_chain_id mulmx0.
rewrite d_chain_S // mulmxDr mulmxA kill1 // mul0mx add0r mulmxA.
by rewrite -(chain_1 W k) -(chain_comp W (leqnSn k) ks) IH // ltnW.
Qed.

Lemma d_chain_lo0 : d_chain U 0 s = 0.
Proof. by rewrite -[LHS]mul1mx -(chain_id W) d_chain_lo. Qed.

(* ... and above it nothing leaves it. *)
Lemma d_chain_hi0 k : (s <= k)%N -> (k <= L)%N -> d_chain U s k = 0.
Proof.
elim: k => [|k IH]; first by rewrite leqn0 => /eqP->; rewrite d_chain_id.
rewrite leq_eqVlt => /orP[/eqP <- _|]; first by rewrite d_chain_id.
by rewrite ltnS => sk kL; rewrite d_chain_S // kill3 // add0r IH ?mulmx0 // ltnW.
Qed.

Lemma d_chain_cut : d_chain U 0 L = 0.
Proof.
by rewrite (d_chain_comp W U (leq0n s) sL) d_chain_lo0 d_chain_hi0 // mul0mx mulmx0 addr0.
Qed.

Lemma d_chain_loG k : (k <= s)%N -> d_chain U 0 k *m (G *m chain s L) = 0.
Proof.
elim: k => [_|k IH ks]; first by rewrite d_chain_id mul0mx.
rewrite d_chain_S // mulmxDl -!mulmxA IH ?mulmx0 ?addr0; last exact: ltnW.
by have := kill2 ks; rewrite !mulmxA.
Qed.

Lemma d2_chain_loG V k : (k <= s)%N -> chain k s *m d2_chain U V 0 k *m (G *m chain s L) = 0.
Proof.
elim: k => [_|k IH ks]; first by rewrite d2_chain_id mulmx0 mul0mx.
rewrite d2_chain_S // !mulmxDr !mulmxDl [chain k.+1 s *m (U k *m _)]mulmxA kill1 // !mul0mx add0r.
rewrite -[chain k.+1 s *m (V k *m _) *m _]mulmxA -[V k *m _ *m _]mulmxA.
rewrite d_chain_loG ?mulmx0 ?add0r; last exact: ltnW.
rewrite [chain k.+1 s *m _]mulmxA -(chain_1 W k) -(chain_comp W (leqnSn k) ks) IH //.
exact: ltnW.
Qed.

Lemma d2_chain_hiG V k : (s <= k)%N -> (k <= L)%N ->
  chain 0 s *m G *m chain k L *m d2_chain U V s k = 0.
Proof.
elim: k => [|k IH]; first by rewrite leqn0 => /eqP kE _; subst s; rewrite d2_chain_id mulmx0.
rewrite leq_eqVlt => /orP[/eqP <- _|]; first by rewrite d2_chain_id mulmx0.
rewrite ltnS => sk kL; rewrite d2_chain_S // !mulmxDr mulmxA kill4 // mul0mx add0r.
rewrite d_chain_hi0 ?mulmx0 ?add0r //; last exact: ltnW.
rewrite mulmxA -[_ *m chain k.+1 L *m W k]mulmxA -(chain_1 W k).
by rewrite -(chain_comp W (leqnSn k) kL) IH // ltnW.
Qed.

Lemma trace_cut V : \tr (G *m d2_chain U V 0 L) = 0.
Proof.
rewrite (d2_chain_comp W U V (leq0n s) sL) d_chain_lo0 (d_chain_hi0 sL) // !mulmx0 mul0mx !addr0.
rewrite mulmxDr mxtraceD !mulmxA.
rewrite mxtrace_mulC !mulmxA.
have -> : chain 0 s *m G *m d2_chain U V s L = 0.
  by have := d2_chain_hiG V sL (leqnn L); rewrite chain_id mulmx1.
rewrite mxtrace_mulC; have := d2_chain_loG V (leqnn s); rewrite chain_id mul1mx => ->.
by rewrite !linear0 addr0.
Qed.
End Cut.

Theorem hessian_form_cut L s N (X : 'M_(M 0%N, N)) (Y : 'M_(M L, N)) :
    let G := X *m (residual X Y W)^T in
    (s <= L)%N ->
    (forall l, (l < s)%N -> chain l.+1 s *m U l = 0) ->
    (forall l, (l < s)%N -> U l *m (chain 0 l *m G *m chain s L) = 0) ->
    (forall l, (s <= l)%N -> (l < L)%N -> U l *m chain s l = 0) ->
    (forall l, (s <= l)%N -> (l < L)%N -> chain 0 s *m G *m chain l.+1 L *m U l = 0) ->
  forall V, hessian_form W X Y U V = 0.
Proof.
move=> G sL k1 k2 k3 k4 V.
rewrite /hessian_form (d_chain_cut sL k1 k3) (trace_cut sL k1 k2 k3 k4).
by rewrite mul0mx trmx0 mul0mx linear0 addr0.
Qed.
End Kernel.

(* The same as a matrix: its rows span the layer-local kernel. *)
Section loss_hessian.
Variables (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)).
Variables (L N : nat) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)).

Notation layer_size := (layer_size M).
Notation loss_hessian := (loss_hessian W X Y).
Notation np := (\sum_(l < L) layer_size l)%N.
Notation chain := (chain W).
Let G := X *m (residual X Y W)^T.

(* The two conditions on the l-th layer, and the directions that meet both. *)
Definition left_condition s l : 'M[F]_(M s, M l.+1) :=
  if (l < s)%N then chain l.+1 s else chain 0 s *m G *m chain l.+1 L.
Definition right_condition s l : 'M[F]_(M l, M s) :=
  if (l < s)%N then chain 0 l *m G *m chain s L else chain s l.

Definition kernel_block s l : 'M[F]_(M l.+1 * M l) :=
  (cokermx (left_condition s l))^T *t kermx (right_condition s l).
Definition layer_kernel s : 'M[F]_np := \mxdiag_(l < L) (kernel_block s l : 'M_(layer_size l)).

Lemma direction_layer_kernel s u (l : 'I_L) :
  exists Z, direction (u *m layer_kernel s) l
            = cokermx (left_condition s l) *m Z *m kermx (right_condition s l).
Proof.
exists (direction u l); rewrite !directionE -[u in LHS]submxrowK /layer_kernel.
rewrite mul_mxrow_mxdiag mxrowK.
by rewrite unvec_mul trmxK.
Qed.

Lemma layer_kernel_loss_hessian s : (s <= L)%N -> layer_kernel s *m loss_hessian = 0.
Proof.
move=> sL; apply/row_matrixP => i; rewrite row_mul row0.
have -> : row i (layer_kernel s) = delta_mx 0 i *m layer_kernel s by rewrite rowE.
apply/rowP => j; rewrite mul_loss_hessian mxE.
set U := direction _.
have UL l : (l < L)%N -> left_condition s l *m U l = 0.
  move=> lL; have [Z] := direction_layer_kernel s (delta_mx 0 i) (Ordinal lL); rewrite -/U /= => ->.
  by rewrite -[cokermx _ *m Z *m _]mulmxA [LHS]mulmxA mulmx_coker mul0mx.
have UR l : (l < L)%N -> U l *m right_condition s l = 0.
  move=> lL; have [Z] := direction_layer_kernel s (delta_mx 0 i) (Ordinal lL); rewrite -/U /= => ->.
  by rewrite -[LHS]mulmxA mulmx_ker mulmx0.
apply: (hessian_form_cut (s := s)) => // l.
- by move=> ls; have := UL l (leq_trans ls sL); rewrite /left_condition ls.
- by move=> ls; have := UR l (leq_trans ls sL); rewrite /right_condition ls.
- by move=> sl lL; have := UR l lL; rewrite /right_condition ltnNge sl.
- by move=> sl lL; have := UL l lL; rewrite /left_condition ltnNge sl.
Qed.

Lemma rank_layer_kernel s :
  (\sum_(l < L) (M l.+1 - M s) * (M l - M s) <= \rank (layer_kernel s))%N.
Proof.
rewrite /layer_kernel rank_mxdiag; apply: leq_sum => l _.
rewrite /kernel_block mxrank_tens mxrank_tr mxrank_coker mxrank_ker.
by apply: leq_mul; rewrite leq_sub2l // ?rank_leq_row ?rank_leq_col.
Qed.

(* For all weights, all data, and every cut s, in particular the narrowest layer. *)
Theorem rank_loss_hessian_le s : (s <= L)%N ->
  (\rank loss_hessian + \sum_(l < L) (M l.+1 - M s) * (M l - M s)
   <= \sum_(l < L) M l.+1 * M l)%N.
Proof.
move=> sL; apply: leq_trans (mulmx0_rank_max (layer_kernel_loss_hessian sL)).
by rewrite addnC leq_add2r rank_layer_kernel.
Qed.
End loss_hessian.
