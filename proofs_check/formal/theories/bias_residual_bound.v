From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker chain loss hessian outer_rank.
From Hessproof Require Import bias bias_decoupling bias_cut bias_kernel.
From Hessproof Require Import bias_functional_cut bias_image.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* The rank of the loss Hessian with bias from above, for a residual of low rank, for all        *)
(* weights, biases and data.  On the layer-local kernel of the functional part at the residual   *)
(* (bias_functional_cut.v) the Hessian is its outer part, which factors through the change of    *)
(* the prediction; so its rank is at most the number of conditions and the dimension of these    *)
(* changes (bias_image.v).                                                                       *)

(* A network changes in the directions U = [dW db].                                              *)
Section Change.
Variables (R : comRingType) (M : nat -> nat).
Notation aM := (augmented_widths M).
Variables (W : forall i, 'M[R]_(M i.+1, M i)) (b : forall i, 'cV[R]_(M i.+1)).
Notation T := (affine W b).
Implicit Types U : forall i, 'M[R]_(M i.+1, aM i).

(* The change of layer k as a function of layer j, with 1 in the homogeneous coordinate. *)
Definition biased_change U j k : 'M[R]_(M k, aM j) :=
  \sum_(j <= l < k) chain W l.+1 k *m U l *m chain T j l.

Lemma d_chain_embedded U j k : (j <= k)%N ->
  d_chain T (embedded U) j k = (col_mx (biased_change U j k) 0 : 'M_(aM k, aM j)).
Proof.
move=> jk; rewrite d_chain_sum // /biased_change.
rewrite big_nat [X in col_mx X _]big_nat.
apply: (big_ind2 (fun (A : 'M_(aM k, aM j)) B => A = (col_mx B 0 : 'M_(aM k, aM j)))).
- by rewrite col_mx0.
- by move=> A B A' B' -> ->; rewrite add_col_mx addr0.
by move=> l /andP[_ lk]; rewrite chain_affine_embed // mul_col_mx mul0mx.
Qed.

(* Cut at m. *)
Lemma biased_change_cut U j m k : (j <= m)%N -> (m <= k)%N ->
  biased_change U j k = biased_change U m k *m chain T j m + chain W m k *m biased_change U j m.
Proof.
move=> jm mk; have := d_chain_comp T (embedded U) jm mk.
rewrite !d_chain_embedded ?(leq_trans jm) // chain_affine_embed // mul_col_mx mul0mx.
by rewrite add_col_mx addr0 => /eq_col_mx[].
Qed.

Lemma biased_change_lin c U1 U2 U3 j k : (forall l, U3 l = c *: U1 l + U2 l) ->
  biased_change U3 j k = c *: biased_change U1 j k + biased_change U2 j k.
Proof.
move=> lin; rewrite /biased_change scaler_sumr -big_split; apply: eq_bigr => l _.
by rewrite lin mulmxDr mulmxDl -scalemxAr -scalemxAl.
Qed.

(* The homogeneous coordinate stays. *)
Lemma chain_affine_constant k c (Z : 'M[R]_(aM 0%N, c)) :
  dsubmx (chain T 0 k *m Z : 'M_(M k + 1, c)) = dsubmx (Z : 'M_(M 0%N + 1, c)).
Proof.
elim: k => [|k IH]; first by rewrite chain_id mul1mx.
rewrite chain_S // -mulmxA -{}IH; set V := chain _ 0 k *m _.
by rewrite -[V](@vsubmxK _ (M k) 1) /affine mul_block_col !col_mxKd mul0mx add0r mul1mx.
Qed.
End Change.

Section Residual.
Variables (F : fieldType) (M : nat -> nat).
Notation aM := (augmented_widths M).
Variables (W : forall i, 'M[F]_(M i.+1, M i)) (b : forall i, 'cV[F]_(M i.+1)).
Variables (L N : nat) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L.+1, N)).
Hypothesis deep : (0 < L)%N.
Notation T := (affine W b).
Notation aX := (augmented X : 'M_(aM 0%N, N)).
Notation np := (\sum_(l < L.+1) biased_size M l)%N.
Notation r := (\rank (augmented X)).
Notation G := (residual_moment W b X Y).
Notation s := (\rank G).

(* (x, 1) = basis * data, G = basis * moment, and the row of the constant 1. *)
Notation basis := (data0 X).
Notation data := (row_base (augmented X)).
Notation moment := (data *m (biased_residual W b X Y)^T).
Notation constant := (dsubmx (basis : 'M_(M 0%N + 1, r))).

Lemma residual_moment_basis : basis *m moment = G.
Proof. by rewrite mulmxA mulmx_base. Qed.

Lemma rank_moment : \rank moment = s.
Proof. by rewrite -residual_moment_basis (eqmxMfull _ (col_base_full _)). Qed.

Lemma constant_neq0 : (0 < r)%N -> constant != 0.
Proof.
apply: contraTneq => e0; have one0 : const_mx 1 = 0 :> 'rV[F]_N.
  have : dsubmx (basis *m data : 'M_(M 0%N + 1, N)) = 0.
    by rewrite -[basis](@vsubmxK _ (M 0%N) 1) e0 mul_col_mx col_mxKd mul0mx.
  by rewrite mulmx_base col_mxKd.
case: (posnP N) => [N0|N0]; first by rewrite -leqNgt (leq_trans (rank_leq_col _)) // N0.
by move/rowP/(_ (Ordinal N0)): one0; rewrite !mxE => /eqP; rewrite oner_eq0.
Qed.

(* The change of the prediction in a direction, in the basis of the data, *)
Definition prediction_change (u : 'rV[F]_np) : 'M[F]_(M L.+1, r) :=
  biased_change W b (biased_direction u) 0 L.+1 *m basis.

(* as a matrix. *)
Definition prediction_matrix : 'M[F]_(np, M L.+1 * r) :=
  \matrix_i vec (prediction_change (delta_mx 0 i)).

Lemma mul_prediction_matrix u : u *m prediction_matrix = vec (prediction_change u).
Proof.
pose f u : 'rV[F]_(M L.+1 * r) := vec (prediction_change u).
have flin : linear f.
  move=> c v w; rewrite /f /prediction_change.
  rewrite (biased_change_lin _ _ _ _ (biased_direction_lin c v w)) mulmxDl -scalemxAl.
  by apply/rowP => i; rewrite !mxE.
rewrite -/(f u) [in RHS](row_sum_delta u) -[f]/(Linear flin : _ -> _) linear_sum mulmx_sum_row.
by apply: eq_bigr => i _; rewrite linearZ rowK.
Qed.

(* The outer Hessian factors through it. *)
Lemma biased_outer_prediction :
  biased_outer_hessian W b L.+1 X
  = prediction_matrix *m (1%:M *t data) *m (prediction_matrix *m (1%:M *t data))^T.
Proof.
set J := prediction_matrix *m _.
have rowJ i : vec (biased_change W b (biased_direction (delta_mx 0 i)) 0 L.+1 *m aX) = row i J.
  by rewrite row_mul rowK -vec_mul trmx1 mul1mx -mulmxA mulmx_base.
apply/matrixP => i j.
rewrite mxE /biased_outer_form /outer_form !d_chain_embedded // !mul_col_mx !mul0mx.
rewrite tr_col_mx mul_row_col trmx0 mul0mx addr0 trace_vec !rowJ !mxE.
by apply: eq_bigr => k _; rewrite !mxE.
Qed.

Section Direction.
Variable u : 'rV[F]_np.
Hypothesis cond : forall l : 'I_L.+1, submxrow u l *m residual_conditions W b X Y l = 0.
Notation U := (biased_direction u).
Notation change := (biased_change W b U).

(* Nothing reaches the residual from below, and above it no weight is seen.                      *)
Lemma change_below m : (m <= L)%N -> change 0 m *m G = 0.
Proof.
move=> mL; rewrite mulmx_suml big_nat big1 // => l /andP[_ lm].
by rewrite -!mulmxA [U l *m _]mulmxA (residual_below cond) ?mulmx0 // (leq_trans lm).
Qed.

Lemma change_above m : (0 < m)%N ->
  G *m (change m L.+1 *m (col_mx 1%:M 0 : 'M_(M m + 1, M m))) = 0.
Proof.
move=> m0; rewrite mulmx_suml mulmx_sumr big_nat big1 // => l /andP[ml lL].
have -> : chain W l.+1 L.+1 *m U l *m chain T m l *m (col_mx 1%:M 0 : 'M_(M m + 1, M m))
    = chain W l.+1 L.+1 *m U l *m (col_mx (chain W m l *m 1%:M) 0 : 'M_(M l + 1, M m)).
  by rewrite -mulmxA chain_affine_embed.
rewrite -pid_embed !mulmxA (residual_above cond) ?mul0mx //.
by rewrite (leq_trans m0 ml) -ltnS.
Qed.

(* So at a hidden layer m the change is of the shape P B + p e + A D of bias_image.v,             *)
Lemma prediction_bottleneck m : (0 < m <= L)%N ->
  exists (P : 'M_(M L.+1, M m)) (p : 'cV_(M L.+1)) (D : 'M_(M m, r)),
    [/\ prediction_change u
        = P *m usubmx (chain T 0 m *m basis : 'M_(M m + 1, r)) + p *m constant
          + chain W m L.+1 *m D,
      moment *m P = 0 & D *m moment = 0].
Proof.
case/andP=> m0 mL; pose C : 'M_(M L.+1, M m + 1) := change m L.+1.
exists (lsubmx C), (rsubmx C), (change 0 m *m basis); split.
- rewrite /prediction_change (biased_change_cut W b U (leq0n m) (leqW mL)) mulmxDl -!mulmxA.
  congr (_ + _); rewrite -(chain_affine_constant W b m basis) -mul_row_col hsubmxK.
  by rewrite vsubmxK.
- apply: (row_full_inj (col_base_full (augmented X))); rewrite mulmx0 mulmxA.
  rewrite residual_moment_basis -(change_above m0); congr (_ *m _).
  by rewrite -[change m _]/C -{2}[C]hsubmxK mul_row_col mulmx1 mulmx0 addr0.
by rewrite -mulmxA residual_moment_basis change_below.
Qed.

(* and in any case G Z G sees a change Z by the last bias only.                                   *)
Lemma prediction_equations :
  moment *m prediction_change u *m constant_free constant moment = 0.
Proof.
pose C : 'M_(M L.+1, M L + 1) := change L L.+1.
have CG : prediction_change u *m moment
    = lsubmx C *m usubmx (chain T 0 L *m G : 'M_(M L + 1, _)) + rsubmx C *m (constant *m moment).
  rewrite -mulmxA residual_moment_basis (biased_change_cut W b U (leq0n L) (leqnSn L)) mulmxDl.
  rewrite -[X in _ + X]mulmxA change_below // mulmx0 addr0 -mulmxA.
  have -> : constant *m moment = dsubmx (chain T 0 L *m G : 'M_(M L + 1, _)).
    by rewrite chain_affine_constant -residual_moment_basis mul_dsub_mx.
  by rewrite -mul_row_col hsubmxK vsubmxK.
have C0 : moment *m lsubmx C = 0.
  apply: (row_full_inj (col_base_full (augmented X))); rewrite mulmx0 mulmxA.
  rewrite residual_moment_basis -(change_above deep); congr (_ *m _).
  by rewrite -[change L _]/C -{2}[C]hsubmxK mul_row_col mulmx1 mulmx0 addr0.
rewrite /constant_free; move: moment CG C0 => g CG C0.
have := mulmx_coker (constant *m g); move: (cokermx _) => C1 gC1.
rewrite mulmxA -[g *m _ *m g]mulmxA CG mulmxDr mulmxDl ![g *m (_ *m _)]mulmxA C0 !mul0mx add0r.
by rewrite -mulmxA gC1 mulmx0.
Qed.
End Direction.

(* The changes of the prediction in the directions that meet the conditions, one in each row, *)
Notation met := (met_conditions (residual_conditions W b X Y)).
Definition prediction_changes := met *m prediction_matrix.

Lemma prediction_changesE i : unvec (row i prediction_changes) = prediction_change (row i met).
Proof. by rewrite row_mul mul_prediction_matrix vecK. Qed.

(* and their dimension: at a hidden layer m, *)
Lemma rank_prediction_hidden m : (0 < m <= L)%N ->
    (s <= M m)%N -> (M m <= M L.+1)%N -> (M m < r)%N ->
  (\rank prediction_changes + (s * s.-1 + M m * M m) <= M L.+1 + M m * (M L.+1 + r.-1))%N.
Proof.
move=> mL sq qK qr; have e0 := constant_neq0 (leq_ltn_trans (leq0n _) qr).
rewrite -rank_moment in sq *; apply: (rank_image_bottleneck e0 sq qK qr) => i.
by rewrite prediction_changesE; apply: prediction_bottleneck mL => l; apply: met_conditionsP.
Qed.

(* and in any case. *)
Lemma rank_prediction_ends : (\rank prediction_changes + s * s.-1 <= M L.+1 * r)%N.
Proof.
rewrite -rank_moment; apply: (rank_image_equations (e := constant)) => i.
by rewrite prediction_changesE prediction_equations // => l; apply: met_conditionsP.
Qed.

(* The rank of the Hessian is at most the number of conditions and the dimension of the changes. *)
Theorem rank_biased_hessian_residual : (forall l, (0 < l < L)%N -> (s <= M l + 1)%N) ->
  (\rank (biased_hessian W b X Y)
   <= \sum_(0 <= l < L.+1) residual_count W b X Y l + \rank prediction_changes)%N.
Proof.
move=> wide; apply: leq_trans (rank_le_conditions_met _ (residual_conditions W b X Y)) _.
apply: leq_add; first exact: sum_residual_conditions.
rewrite biased_gauss_newton mulmxDr [X in _ + X](_ : _ = 0) ?addr0; last first.
  apply/row_matrixP => i; rewrite row_mul row0; apply: residual_kernel_functional => l.
  exact: met_conditionsP.
by rewrite biased_outer_prediction !mulmxA -!mulmxA mulmxA mxrankM_maxl.
Qed.
End Residual.
