From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker z_lemma form_matrix chain loss hessian kernel_equations.
From Hessproof Require Import int_ring bias bias_decoupling bias_cut bias_kernel bias_bounds.
From Hessproof Require Import formulas narrowest.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* The layer-local kernel of the functional Hessian with bias at the residual, for all weights,  *)
(* biases and data.                                                                              *)
Section Functional.
Variables (F : fieldType) (M : nat -> nat).
Notation aM := (augmented_widths M).
Variables (W : forall i, 'M[F]_(M i.+1, M i)) (b : forall i, 'cV[F]_(M i.+1)).
Variables (L N : nat) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L.+1, N)).
Notation T := (affine W b).
Notation aX := (augmented X : 'M_(aM 0%N, N)).
Notation delta := (biased_residual W b X Y).
Notation np := (\sum_(l < L.+1) biased_size M l)%N.
Implicit Types U V : forall i, 'M[F]_(M i.+1, aM i).

(* N times E[(x, 1) delta^T] *)
Definition residual_moment : 'M[F]_(aM 0%N, M L.+1) := aX *m delta^T.
Notation G := residual_moment.

Lemma residual_affine : @residual F aM L.+1 N aX (augmented Y) T = col_mx delta 0.
Proof. exact: (residualE W b X Y 0). Qed.

Lemma trace_moment (Z : 'M[F]_(M L.+1, aM 0%N)) :
  \tr (aX *m (@residual F aM L.+1 N aX (augmented Y) T)^T *m col_mx Z 0) = \tr (G *m Z).
Proof. by rewrite residual_affine tr_col_mx trmx0 -mulmxA mul_row_col mul0mx addr0 mulmxA. Qed.

Lemma trace_pair k l (A : 'M[F]_(M l.+1, aM l)) (B : 'M[F]_(M k.+1, aM k)) : (k < l <= L)%N ->
  \tr (aX *m (@residual F aM L.+1 N aX (augmented Y) T)^T
       *m (chain T l.+1 L.+1 *m (col_mx A 0 : 'M_(aM l.+1, aM l)) *m chain T k.+1 l
           *m (col_mx B 0 : 'M_(aM k.+1, aM k)) *m chain T 0 k))
  = \tr (G *m chain W l.+1 L.+1 *m A *m (col_mx (chain W k.+1 l *m B) 0 : 'M_(aM l, aM k))
         *m chain T 0 k).
Proof.
case/andP=> kl lL; rewrite chain_affine_embed // -[_ *m chain T k.+1 l *m _]mulmxA.
rewrite chain_affine_embed // -[X in _ *m _ *m X]mulmxA [X in _ *m _ *m X]mul_col_mx mul0mx.
by rewrite [LHS]trace_moment !mulmxA.
Qed.

(* The functional form pairs each two layers. It vanishes on U if U, with any change B of        *)
(* another layer, does so from above and from below.                                             *)
Theorem biased_functional_form_cut U :
    (forall k l, (k < l <= L)%N -> forall B : 'M_(M k.+1, aM k),
      \tr (G *m chain W l.+1 L.+1 *m U l *m (col_mx (chain W k.+1 l *m B) 0 : 'M_(aM l, aM k))
           *m chain T 0 k) = 0) ->
    (forall k l, (l < k <= L)%N -> forall B : 'M_(M k.+1, M k),
      \tr (G *m chain W k.+1 L.+1 *m B *m (chain W l.+1 k *m U l) *m chain T 0 l) = 0) ->
  forall V, biased_functional_form W b X Y U V = 0.
Proof.
move=> above below V; rewrite /biased_functional_form /functional_form d2_chain_sum.
rewrite mulmx_sumr raddf_sum big1 //= => -[k kL] _ /=; rewrite mulmxDr mxtraceD.
rewrite [X in X + _](_ : _ = 0) ?add0r.
  rewrite d_chain_sum // !mulmx_sumr raddf_sum big_nat big1 // => l /andP[_ lk].
  have lkL : (l < k <= L)%N by rewrite lk -ltnS.
  have pair := @trace_pair l k (V k) (U l) lkL; rewrite ?mulmxA in pair; rewrite /= !mulmxA.
  apply: etrans pair _.
  rewrite -[X in \tr (X *m _) ]mulmxA.
  have -> : V k *m (col_mx (chain W l.+1 k *m U l) 0 : 'M_(aM k, aM l))
      = lsubmx (V k : 'M_(_, M k + 1)) *m (chain W l.+1 k *m U l).
    by rewrite -{1}[V k](@hsubmxK _ _ (M k) 1) mul_row_col mulmx0 addr0.
  by have := below _ _ lkL (lsubmx (V k : 'M_(_, M k + 1))); rewrite !mulmxA.
rewrite d_chain_sum // !mulmx_suml mulmx_sumr raddf_sum big_nat big1 // => l /andP[kl lL].
have klL : (k < l <= L)%N by rewrite kl -ltnS.
have pair := @trace_pair k l (U l) (V k) klL; rewrite ?mulmxA in pair; rewrite /= !mulmxA.
by apply: etrans pair _; apply: above.
Qed.

(* The conditions at the residual: U T^{l:1} G = 0 below the last layer, G W^{L:l+1} dW = 0 above *)
(* the first. *)
Notation s_aug := (\rank G).

Definition residual_conditions l :
    'M[F]_(M l.+1 * aM l, M l.+1 * M L.+1 + aM 0%N * aM l) :=
  if l == L then row_mx 0 ((G *m chain W l.+1 L.+1)^T *t pid_mx (M l))
  else two_conditions (if l == 0%N then 0 else G *m chain W l.+1 L.+1) 1%:M (chain T 0 l *m G).

Section Conditions.
Variable u : 'rV[F]_np.
Hypothesis cond : forall l : 'I_L.+1, submxrow u l *m residual_conditions l = 0.
Notation U := (biased_direction u).

Lemma residual_above l : (0 < l <= L)%N ->
  G *m chain W l.+1 L.+1 *m U l *m pid_mx (M l) = 0 :> 'M_(_, aM l).
Proof.
case/andP=> l0 lL; have := cond (Ordinal (lL : (l < L.+1)%N)); rewrite /residual_conditions /=.
rewrite (biased_directionE u (Ordinal (lL : (l < L.+1)%N))) /=.
case: eqP => _.
  rewrite mul_mx_row => /eqP; rewrite row_mx_eq0 => /andP[_ /eqP E].
  rewrite -{1}[G *m chain W l.+1 L.+1]trmxK -unvec_mul E.
  by apply/matrixP => i j; rewrite !mxE.
rewrite -[l == 0%N]negbK -lt0n l0 => /two_conditionsP[]; rewrite mulmx1 => -> _.
by rewrite mul0mx.
Qed.

Lemma residual_below l : (l < L)%N -> U l *m chain T 0 l *m G = 0.
Proof.
move=> lL; have := cond (Ordinal (ltnW lL : (l < L.+1)%N)); rewrite /residual_conditions /=.
rewrite (biased_directionE u (Ordinal (ltnW lL : (l < L.+1)%N))) /=.
by rewrite (ltn_eqF lL) => /two_conditionsP[_]; rewrite mulmx1 mulmxA.
Qed.

(* pid_mx (M l) forgets the homogeneous coordinate. *)
Lemma pid_embed l c (A : 'M[F]_(M l, c)) :
  pid_mx (M l) *m (col_mx A 0 : 'M_(aM l, c)) = (col_mx A 0 : 'M_(aM l, c)).
Proof.
rewrite /augmented_widths -[pid_mx (M l)]/(pid_mx (M l) : 'M_(M l + 1)).
by rewrite pid_mx_block mul_block_col !mul1mx !mulmx0 !mul0mx !addr0.
Qed.

Lemma residual_conditions_kill V : biased_functional_form W b X Y U V = 0.
Proof.
apply: biased_functional_form_cut => [k l /andP[kl lL]|k l /andP[lk kL]] B.
  rewrite -pid_embed !mulmxA residual_above ?mul0mx ?linear0 // lL (leq_trans _ kl) //.
have : U l *m chain T 0 l *m G = 0 by rewrite residual_below // (leq_trans lk).
move: G => g killed; rewrite -!mulmxA mxtrace_mulC -!mulmxA.
by rewrite [U l *m _]mulmxA killed !mulmx0 linear0.
Qed.
End Conditions.

(* The number of conditions in each layer, and in all. *)
Definition residual_count l : nat :=
  if l == L then (s_aug * M l)%N
  else (M l.+1 * s_aug + (if l == 0%N then 0%N else s_aug * (M l + 1 - s_aug)))%N.

Lemma rank_residual_conditions l : ((0 < l)%N -> l != L -> (s_aug <= M l + 1)%N) ->
  (\rank (residual_conditions l) <= residual_count l)%N.
Proof.
move=> wide; have rank_above : (\rank (G *m chain W l.+1 L.+1) <= s_aug)%N.
  exact: mxrankM_maxl.
rewrite /residual_conditions /residual_count; case: eqP => lL.
  by rewrite rank_row_0mx mxrank_tens mxrank_tr rank_pid_mx ?leq_addr // leq_mul2r rank_above orbT.
have rank_below : (\rank (chain T 0 l *m G) <= s_aug)%N by apply: mxrankM_maxr.
case: ifP => [/eqP l0|/negbT l0]; last by rewrite rank_two_conditions ?wide ?lt0n //; apply/eqP.
have s_in : (s_aug <= aM l)%N by rewrite l0 rank_leq_row.
have zero : (\rank (0%R : 'M[F]_(aM 0%N, M l.+1)) <= 0)%N by rewrite mxrank0.
exact: (rank_two_conditions 1%:M zero rank_below s_in).
Qed.

Lemma biased_functional_form_lin c (u v : 'rV[F]_np) V :
  biased_functional_form W b X Y (biased_direction (c *: u + v)) V
  = c * biased_functional_form W b X Y (biased_direction u) V
    + biased_functional_form W b X Y (biased_direction v) V.
Proof.
rewrite /biased_functional_form /functional_form.
rewrite (d2_chain_lin _ (embedded_lin (biased_direction_lin c u v))).
by rewrite mulmxDr -scalemxAr mxtraceD mxtraceZ.
Qed.

(* So the functional Hessian kills what meets the conditions. *)
Lemma residual_kernel_functional (u : 'rV[F]_np) :
    (forall l : 'I_L.+1, submxrow u l *m residual_conditions l = 0) ->
  u *m biased_functional_hessian W b X Y = 0.
Proof.
move=> cond; apply/rowP => j; rewrite [RHS]mxE /biased_functional_hessian.
rewrite mul_form_matrix ?residual_conditions_kill // => c v w V.
exact: biased_functional_form_lin.
Qed.

(* The number of conditions, where no hidden width is smaller than rk E[(x, 1) delta^T] by more  *)
(* than one, and so the bound.                                                                   *)
Lemma sum_residual_conditions : (forall l, (0 < l < L)%N -> (s_aug <= M l + 1)%N) ->
  (\sum_(l < L.+1) \rank (residual_conditions l) <= \sum_(0 <= l < L.+1) residual_count l)%N.
Proof.
move=> wide; rewrite big_mkord; apply: leq_sum => -[l lL] _.
by apply: rank_residual_conditions => l0 lnL; rewrite wide // l0 ltn_neqAle lnL -ltnS.
Qed.

Theorem rank_biased_functional_le : (forall l, (0 < l < L)%N -> (s_aug <= M l + 1)%N) ->
  (\rank (biased_functional_hessian W b X Y) <= \sum_(0 <= l < L.+1) residual_count l)%N.
Proof.
move=> wide; apply: leq_trans (rank_le_conditions residual_kernel_functional) _.
exact: sum_residual_conditions.
Qed.

(* No hidden layer narrower than s~ = rk G: the number is the formula, with two layers or more.   *)
Lemma residual_total m : (0 < L)%N -> (forall l, (0 < l <= L)%N -> (s_aug <= M l)%N) ->
  (\sum_(0 <= l < L.+1) residual_count l)%N%:Z = functional_bias_bound L.+1 M m s_aug 1.
Proof.
move=> L0 wide; have s_in l : (0 < l <= L)%N -> (s_aug <= M l + 1)%N.
  by move=> lL; rewrite (leq_trans (wide l lL)) ?leq_addr.
have s_narrow : (s_aug <= narrowest_hidden L.+1 M)%N.
  by have [l lL ->] := @narrowest_hidden_attained L.+1 M L0; apply: wide.
have cut : s_cut_of L.+1 M s_aug = s_aug by apply/minn_idPr.
have next : s_next_of L.+1 M s_aug = s_aug by apply/minn_idPl; rewrite addn1 leqW.
have countE n : (0 < n <= L)%N ->
    (\sum_(0 <= l < n) residual_count l + s_aug * M n)%N%:Z
    = 2%:Z * s_aug%:Z * (hidden_total n.+1 M)%:Z + (n%:Z - 1) * (s_aug%:Z - s_aug%:Z * s_aug%:Z).
  case: n => // n; elim: n => [_|n IH /andP[_ nL]].
    rewrite big_nat1 /hidden_total big_nat1 /residual_count eq_sym (gtn_eqF L0) addn0 subrr mul0r.
    by rewrite addr0 PoszD !PoszM; int_ring.
  rewrite big_nat_recr //= PoszD [in LHS]PoszD.
  have := IH; rewrite (ltnW nL) => /(_ isT); rewrite PoszD => /(canRL (addrK _)) ->.
  rewrite /residual_count (ltn_eqF nL) /= layer_count ?s_in ?(ltnW nL) // /hidden_total.
  rewrite [in RHS]big_nat_recr //= !PoszD !PoszM.
  have -> : n.+2%:Z = n.+1%:Z + 1 by rewrite -addn1 PoszD.
  by int_ring.
rewrite big_nat_recr //= {2}/residual_count eqxx countE ?L0 ?leqnn //.
rewrite /functional_bias_bound cut next eqSS (gtn_eqF L0) subrr mul0r addr0.
have -> : L.+1%:Z = L%:Z + 1 by rewrite -addn1 PoszD.
by int_ring.
Qed.

(* So rk H_f is at most the formula, for all weights, biases and data.                            *)
Theorem rank_biased_functional_residual m : (0 < L)%N ->
    (forall l, (0 < l <= L)%N -> (s_aug <= M l)%N) ->
  (\rank (biased_functional_hessian W b X Y))%:Z <= functional_bias_bound L.+1 M m s_aug 1.
Proof.
move=> L0 wide; rewrite -(residual_total m L0 wide) lez_nat.
apply: rank_biased_functional_le => l /andP[l0 lL].
by rewrite (leq_trans (wide l _)) ?leq_addr // l0 ltnW.
Qed.
End Functional.
