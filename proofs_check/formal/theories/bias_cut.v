From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker form_matrix chain loss hessian upper_bound.
From Hessproof Require Import bias bias_decoupling.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* The layer-local kernel of the Hessian with bias, for all weights, biases    *)
(* and data.  Data are written as (x, 1) = X0 x1, and X0 joins the first layer: *)
(* behind it all is a network without bias of widths M_l + 1, whose directions  *)
(* end in a zero row.                                                           *)

(* What follows a direction in a chain is made of weights without bias.        *)
Section Affine.
Variables (R : comRingType) (M : nat -> nat).
Notation aM := (augmented_widths M).
Variables (W : forall i, 'M[R]_(M i.+1, M i)) (b : forall i, 'cV[R]_(M i.+1)).

Lemma chain_affine_embed j k c (A : 'M[R]_(M j, c)) : (j <= k)%N ->
  chain (affine W b) j k *m (col_mx A 0 : 'M_(aM j, c))
  = col_mx (chain W j k *m A) 0 :> 'M_(aM k, c).
Proof.
elim: k => [|k IH] jk.
  by move: jk; rewrite leqn0 => /eqP jE; subst j; rewrite !chain_id !mul1mx.
move: jk; rewrite leq_eqVlt => /orP[/eqP jE|]; first by subst j; rewrite !chain_id !mul1mx.
rewrite ltnS => jk; rewrite !chain_S // -mulmxA IH // /affine mul_block_col.
by rewrite !mulmx0 mul0mx !addr0 mulmxA.
Qed.

(* The homogeneous coordinate stays 1. *)
Lemma chain_affine_augmented k N (X : 'M[R]_(M 0%N, N)) :
  dsubmx (chain (affine W b) 0 k *m (augmented X : 'M_(aM 0%N, N)) : 'M_(M k + 1, N)) = const_mx 1.
Proof.
elim: k => [|k IH]; first by rewrite chain_id mul1mx /augmented col_mxKd.
rewrite chain_S // -mulmxA; set Z := chain _ 0 k *m _ in IH *.
by rewrite -[Z](@vsubmxK _ (M k) 1) IH /affine mul_block_col col_mxKd mul0mx add0r mul1mx.
Qed.
End Affine.

(* A direction U of a network without bias, at a cut s: left of the cut its     *)
(* products with the weights up to s vanish, right of it those from s on.      *)
Section Trace.
Variables (R : comRingType) (M : nat -> nat) (W U V : forall i, 'M[R]_(M i.+1, M i)).
Variables (L s : nat).
Hypothesis sL : (s <= L)%N.
Hypothesis before : forall l, (l < s)%N -> chain W l.+1 s *m U l = 0.
Hypothesis after : forall l, (s <= l)%N -> (l < L)%N -> U l *m chain W s l = 0.

Lemma d_chain_before_cut : d_chain W U 0 s = 0.
Proof.
rewrite d_chain_sum // big_nat big1 // => l /andP[_ ls].
by rewrite before // mul0mx.
Qed.

Lemma d_chain_after_cut k : (s <= k)%N -> (k <= L)%N -> d_chain W U s k = 0.
Proof.
move=> sk kL; rewrite d_chain_sum // big_nat big1 // => l /andP[sl lk].
by rewrite -mulmxA after ?mulmx0 // (leq_trans lk).
Qed.

Lemma d_chain_whole : d_chain W U 0 L = 0.
Proof.
rewrite (d_chain_comp W U (leq0n s) sL) d_chain_before_cut d_chain_after_cut //.
by rewrite mulmx0 mul0mx addr0.
Qed.

(* The second differential behind the cut, seen from the left by Q. *)
Lemma d2_chain_after_cut c (Q : 'M[R]_(c, M L)) k :
    (forall l, (s <= l)%N -> (l < L)%N -> Q *m chain W l.+1 L *m U l = 0) ->
  (s <= k)%N -> (k <= L)%N -> Q *m chain W k L *m d2_chain W U V s k = 0.
Proof.
move=> killQ; elim: k => [|k IH].
  by rewrite leqn0 => /eqP sE _; rewrite sE d2_chain_id mulmx0.
rewrite leq_eqVlt => /orP[/eqP <- _|]; first by rewrite d2_chain_id mulmx0.
rewrite ltnS => sk kL; rewrite d2_chain_S // (d_chain_after_cut sk (ltnW kL)) mulmx0 addr0.
rewrite mulmxDr !mulmxA killQ // mul0mx add0r -[_ *m W k]mulmxA -(chain_1 W k).
by rewrite -(chain_comp W (leqnSn k) kL) IH // ltnW.
Qed.

(* The second differential up to the cut, seen from the right by Q. *)
Lemma d2_chain_before_cut c (Q : 'M[R]_(M 0%N, c)) k :
    (forall l, (l < s)%N -> U l *m (chain W 0 l *m Q) = 0) ->
  (k <= s)%N -> chain W k s *m d2_chain W U V 0 k *m Q = 0.
Proof.
move=> killQ; elim: k => [|k IH] ks; first by rewrite d2_chain_id mulmx0 mul0mx.
have dQ : d_chain W U 0 k *m Q = 0.
  rewrite d_chain_sum // mulmx_suml big_nat big1 // => l /andP[_ lk].
  by rewrite -!mulmxA killQ ?mulmx0 // (ltn_trans lk).
rewrite d2_chain_S // !mulmxDr !mulmxDl [chain W _ _ *m (U k *m _)]mulmxA before // !mul0mx add0r.
rewrite -[_ *m (V k *m _) *m Q]mulmxA -[V k *m _ *m Q]mulmxA dQ !mulmx0 add0r mulmxA.
by rewrite -(chain_1 W k) -(chain_comp W (leqnSn k) ks) IH // ltnW.
Qed.

(* So the trace of the second differential is that of its half up to the cut.  *)
Lemma trace_half (G : 'M[R]_(M 0%N, M L)) :
    (forall l, (s <= l)%N -> (l < L)%N -> chain W 0 s *m G *m chain W l.+1 L *m U l = 0) ->
  \tr (G *m d2_chain W U V 0 L) = \tr (G *m chain W s L *m d2_chain W U V 0 s).
Proof.
move=> killG; rewrite (d2_chain_comp W U V (leq0n s) sL) d_chain_before_cut d_chain_after_cut //.
rewrite mulmx0 mul0mx !addr0 mulmxDr mxtraceD !mulmxA mxtrace_mulC !mulmxA.
have := d2_chain_after_cut killG sL (leqnn L); rewrite chain_id mulmx1 => ->.
by rewrite linear0 add0r.
Qed.
End Trace.

(* Condition by condition: what a direction U must satisfy at the cut s.       *)
Section Cut.
Variables (F : fieldType) (M : nat -> nat).
Notation aM := (augmented_widths M).
Variables (W : forall i, 'M[F]_(M i.+1, M i)) (b : forall i, 'cV[F]_(M i.+1)).
Variables (L N r : nat) (X0 : 'M[F]_(aM 0%N, r)) (X1 : 'M[F]_(r, N)).
Variables (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L.+1, N)).
Hypothesis XE : augmented X = X0 *m X1.
Notation A := (reduced_widths aM r).
Notation T := (reduced X0 (affine W b)).
Implicit Types U V : forall i, 'M[F]_(M i.+1, aM i).

(* The directions of the reduced network. *)
Definition reduced_direction U i : 'M[F]_(M i.+1, A i) :=
  match i return 'M[F]_(M i.+1, A i) with
  | 0%N => U 0%N *m X0
  | i'.+1 => U i'.+1
  end.

Lemma reduced_embedded U i :
  reduced X0 (embedded U) i = col_mx (reduced_direction U i) 0 :> 'M_(M i.+1 + 1, A i).
Proof. by case: i => [|i] //=; rewrite /embedded mul_col_mx mul0mx. Qed.

Lemma reduced_chain_behind j k : chain T j.+1 k.+1 = chain (affine W b) j.+1 k.+1.
Proof.
elim: k => [|k IH]; first by [].
case: (leqP j.+1 k.+1) => jk; first by rewrite [LHS]chain_S // [RHS]chain_S // IH.
by rewrite /chain /= ltnNge -ltnS jk.
Qed.

Lemma chain_reduced_embedded U l k : (l < k)%N ->
  chain T l.+1 k *m reduced X0 (embedded U) l
  = (if k is k'.+1 return 'M_(A k, A l)
     then col_mx (chain W l.+1 k'.+1 *m reduced_direction U l) (0 : 'M_(1, A l)) else 0).
Proof.
case: k => // k lk; rewrite reduced_chain_behind reduced_embedded.
exact: chain_affine_embed.
Qed.

(* The second differential ends in a zero row as its directions do. *)
Lemma d2_reduced_embedded U V k :
  dsubmx (d2_chain T (reduced X0 (embedded U)) (reduced X0 (embedded V)) 0 k.+1
          : 'M_(M k.+1 + 1, r)) = 0.
Proof.
elim: k => [|k IH].
  rewrite d2_chain_S // !d_chain_id d2_chain_id !mulmx0 !addr0.
  by apply/matrixP => i j; rewrite !mxE.
rewrite d2_chain_S //; set Z := d2_chain _ _ _ 0 k.+1 in IH *.
rewrite !reduced_embedded !mul_col_mx !mul0mx add_col_mx addr0.
rewrite -[Z](@vsubmxK _ (M k.+1) 1) IH /= add_col_mx col_mxKd.
by rewrite mul_row_col mul0mx mulmx0 !addr0.
Qed.

(* The residual is delta, and zero in the homogeneous coordinate.               *)
Lemma residual_augmented :
  @residual F A L.+1 N X1 (augmented Y) T = col_mx (biased_residual W b X Y) 0.
Proof.
rewrite /biased_residual -[LHS](@vsubmxK _ (M L.+1) 1) /residual reduced_chain -mulmxA -XE.
congr col_mx; rewrite linearB /= (chain_affine_augmented W b L.+1 X) /augmented.
by rewrite col_mxKd subrr.
Qed.

Notation G := (X1 *m (biased_residual W b X Y)^T).

(* The Hessian kills every direction that meets the conditions at a cut.       *)
Theorem biased_form_cut s U :
    (s <= L.+1)%N ->
    (forall l, (l < s)%N -> chain W l.+1 s *m reduced_direction U l = 0) ->
    (forall l, (l < s)%N -> reduced_direction U l *m (chain T 0 l *m (G *m chain W s L.+1)) = 0) ->
    (forall l, (s <= l)%N -> (l <= L)%N -> reduced_direction U l *m chain T s l = 0) ->
    (forall l, (s <= l)%N -> (l <= L)%N ->
       chain T 0 s *m G *m chain W l.+1 L.+1 *m reduced_direction U l = 0) ->
  forall V, biased_form W b X Y U V = 0.
Proof.
move=> sL k1 k2 k3 k4 V; rewrite /biased_form XE -reduced_hessian_form.
set U' := reduced X0 (embedded U); set V' := reduced X0 (embedded V).
have k1' l : (l < s)%N -> chain T l.+1 s *m U' l = 0.
  move=> ls; rewrite [LHS](chain_reduced_embedded U ls).
  by case: (s) ls (k1 l ls) => // s' ls ->; rewrite col_mx0.
have k3' l : (s <= l)%N -> (l < L.+1)%N -> U' l *m chain T s l = 0.
  by move=> sl lL; rewrite /U' reduced_embedded mul_col_mx k3 // mul0mx col_mx0.
rewrite /hessian_form residual_augmented (d_chain_whole sL k1' k3').
rewrite mul0mx trmx0 mul0mx linear0 add0r.
rewrite tr_col_mx trmx0 mul_mx_row mulmx0.
have k4' l : (s <= l)%N -> (l < L.+1)%N ->
    chain T 0 s *m row_mx G 0 *m chain T l.+1 L.+1 *m U' l = 0.
  move=> sl lL; rewrite -mulmxA.
  have -> : chain T l.+1 L.+1 *m U' l = col_mx (chain W l.+1 L.+1 *m reduced_direction U l) 0.
    exact: chain_reduced_embedded.
  rewrite -mulmxA mul_row_col mul0mx addr0.
  by have := k4 l sl lL; rewrite !mulmxA.
rewrite (trace_half V' sL k1' k3' k4').
case: s => [|s] in sL k1 k2 k1' k3 k4 k3' k4' *; first by rewrite d2_chain_id mulmx0 linear0.
set D := d2_chain _ _ _ _ _.
have := d2_reduced_embedded U V s; rewrite -/U' -/V' -/D => D0.
have E : D = col_mx (usubmx (D : 'M_(M s.+1 + 1, r))) 0 by rewrite -[LHS](@vsubmxK _ (M s.+1) 1) D0.
set Z := usubmx (D : 'M_(M s.+1 + 1, r)) in E *.
rewrite E -mulmxA (_ : chain T s.+1 L.+1 *m _ = col_mx (chain W s.+1 L.+1 *m Z) 0); last first.
  by rewrite reduced_chain_behind chain_affine_embed.
rewrite mul_row_col mul0mx addr0 mulmxA mxtrace_mulC.
suff /(congr1 (@usubmx _ (M s.+1) 1 _)) : D *m (G *m chain W s.+1 L.+1) = 0.
  rewrite {1}E mul_col_mx mul0mx col_mxKu => ->.
  by rewrite !linear0.
have := d2_chain_before_cut V' k1' (k := s.+1) (Q := G *m chain W s.+1 L.+1).
rewrite chain_id mul1mx -/D; apply=> // l ls.
by rewrite /U' reduced_embedded mul_col_mx k2 // mul0mx col_mx0.
Qed.
End Cut.
