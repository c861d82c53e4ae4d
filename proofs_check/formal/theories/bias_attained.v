From mathcomp Require Import all_ssreflect all_algebra.
From Hessproof Require Import chain loss hessian form_matrix every_data_set bias.
From Hessproof Require Import bias_coordinates bias_decoupling bias_outer bias_augmented.
From Hessproof Require Import bias_pairing bias_families bias_recursion.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* A lower bound of the rank of H_L with bias where E[delta] is not zero: the    *)
(* rank of H_o and the number of pairs of silent directions, at rectangular     *)
(* identities, for some multiple of the residual.                               *)

(* rk (A + cB) >= rk A + rk (B on the kernels of A) for some c.                  *)
Lemma rank_on_kernel (F : realFieldType) n k (A B : 'M[F]_n) (U V : 'M[F]_(k, n)) :
    U *m A = 0 -> A *m V^T = 0 -> U *m B *m V^T \in unitmx ->
  exists2 c : F, c != 0 & (\rank A + k <= \rank (A + c *: B)%R)%N.
Proof.
move=> UA AV unit; set r := \rank A.
pose K : 'M[F]_(r, n) := pid_mx r *m invmx (col_ebase A).
pose Q : 'M[F]_(n, r) := invmx (row_ebase A) *m pid_mx r.
have rn : (r <= n)%N := rank_leq_row A.
have KAQ : K *m A *m Q = 1%:M.
  rewrite -{1}(mulmx_ebase A) /K /Q -/r !mulmxA mulmxKV ?col_ebase_unit //.
  by rewrite mulmxK ?row_ebase_unit // !mul_pid_mx !(minnn, minn_idPr rn) pid_mx_1.
pose A0 := block_mx 1%:M (K *m B *m V^T) 0 (U *m B *m V^T).
pose B0 : 'M[F]_(r + k) := block_mx (K *m B *m Q) 0 (U *m B *m Q) 0.
have rA0 : \rank A0 = (r + k)%N.
  by apply: mxrank_unit; rewrite unitmxE det_ublock det1 mul1r -unitmxE.
have [t t0 tA] := rank_perturb A0 B0 (ltnSn 0); rewrite expr1 in tA.
exists t^-1; rewrite ?invr_eq0 // -rA0; apply: leq_trans tA _.
have unit_t : block_mx 1%:M 0 0 (t^-1)%:M \in @unitmx F (r + k).
  by rewrite unitmxE det_ublock det1 mul1r det_scalar unitrX // unitfE invr_eq0.
rewrite -(@mxrankMfree _ _ _ _ _ (block_mx 1%:M 0 0 (t^-1)%:M)) ?row_free_unit //.
have -> : (A0 + t^-1 *: B0) *m block_mx 1%:M 0 0 (t^-1)%:M
    = col_mx K U *m (A + t^-1 *: B) *m row_mx Q V^T.
  rewrite scale_block_mx add_block_mx mulmx_block mul_col_mx mul_col_row.
  rewrite !scaler0 !mulmx0 !mulmx1 !addr0 !add0r !mul_mx_scalar !mulmxDr !mulmxDl.
  by rewrite KAQ UA -[K *m A *m V^T]mulmxA AV !mul0mx !mulmx0 !add0r -!scalemxAr -!scalemxAl.
by apply: leq_trans (mxrankM_maxl _ _) _; apply: mxrankM_maxr.
Qed.

(* The functional form with bias, in the moments of the residuals.              *)
Section Core.
Variables (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)).
Variables (L : nat).
Implicit Types (U V : parts F M) (G : 'M[F]_(M 0%N, M L)) (g : 'rV[F]_(M L)).

Lemma core_form_ext G g U U' V V' :
    (forall l, (l < L)%N -> U.1 l = U'.1 l) -> (forall l, (l < L)%N -> U.2 l = U'.2 l) ->
    (forall l, (l < L)%N -> V.1 l = V'.1 l) -> (forall l, (l < L)%N -> V.2 l = V'.2 l) ->
  core_form W G g U V = core_form W G g U' V'.
Proof.
move=> eU eu eV ev; rewrite /core_form (d2_chain_ext W _ eU eV); congr (_ + (g *m _) 0 0).
elim: {g G} L eU eu eV ev => //= k IH eU eu eV ev.
rewrite (mean_change_ext W (beta' := V'.2)) => [|l lk]; last by rewrite ev // ltnW.
rewrite (mean_change_ext W (beta := U.2) (beta' := U'.2)) => [|l lk]; last by rewrite eu // ltnW.
by rewrite eU // eV // IH // => l lk; rewrite ?eU ?eu ?eV ?ev // ltnW.
Qed.

Lemma core_formZ c G g U V : core_form W (c *: G) (c *: g) U V = c * core_form W G g U V.
Proof. by rewrite /core_form -!scalemxAl mxtraceZ [X in _ + X]mxE mulrDr. Qed.

Variables (b : forall i, 'cV[F]_(M i.+1)) (N : nat) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)).
Hypothesis N0 : N%:R != 0 :> F.
Notation x := (mean X).
Notation one := (const_mx 1 : 'rV[F]_N).

(* The variables (dW_l, beta_l) of a direction, at the mean input; a direction with given ones. *)
Definition new_parts (U : forall i, 'M[F]_(M i.+1, augmented_widths M i)) : parts F M :=
  (weight_part U, mean_part W b x U).

Definition coordinates (U : parts F M) : 'rV[F]_(\sum_(l < L) biased_size M l) :=
  biased_flatten L (from_parts W b x U.1 U.2).

Lemma new_parts_weights U l : (l < L)%N ->
  (new_parts (biased_direction (coordinates U))).1 l = U.1 l.
Proof. by move=> lL; rewrite /= /weight_part biased_flattenK // row_mxKl. Qed.

Lemma new_parts_means U l : (l < L)%N ->
  (new_parts (biased_direction (coordinates U))).2 l = U.2 l.
Proof.
move=> lL; rewrite /= -[RHS](mean_part_from W b x U.1) /mean_part /weight_part.
by rewrite biased_flattenK.
Qed.

Lemma functional_form_core (U V : forall i, 'M[F]_(M i.+1, augmented_widths M i)) :
  biased_functional_form W b X Y U V
  = core_form W (centred X *m (biased_residual W b X Y)^T) (residual_sum W b X Y)^T
      (new_parts U) (new_parts V).
Proof.
rewrite (functional_decoupled W b Y (mean Y) (centred_sum X N0)) /functional_form /core_form.
congr (\tr (_ *m _) + _); rewrite (biased_residualE W b X Y x (mean Y)).
rewrite [(_ + _ *m one)^T]raddfD /= mulmxDr trmx_mul mulmxA.
by rewrite [_ *m one^T](centred_sum X N0) mul0mx addr0.
Qed.

Lemma biased_residual_label : biased_residual W b X Y = biased_residual W b X 0 - Y.
Proof.
rewrite /biased_residual /residual /augmented !raddfB /= !col_mxKu.
by rewrite subr0.
Qed.
End Core.

Section Attained.
Variables (F : realFieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)).
Variables (b : forall i, 'cV[F]_(M i.+1)) (L N : nat) (X : 'M[F]_(M 0%N, N)).
Hypothesis N0 : N%:R != 0 :> F.
Hypothesis full : \rank (augmented X) = (M 0).+1.
Notation one := (const_mx 1 : 'rV[F]_N).
Notation flat := (@coordinates F M W L b N X).
Let np := (\sum_(l < L) biased_size M l)%N.

(* Silent directions are in the kernel of H_o.                                  *)
Lemma silent_outer U : silent W L U -> flat U *m biased_outer_hessian W b L X = 0.
Proof.
case=> d0 m0; apply/rowP => j.
have -> : (flat U *m biased_outer_hessian W b L X) 0 j
    = (flat U *m biased_outer_hessian W b L X *m (delta_mx 0 j : 'rV_np)^T) 0 0.
  by rewrite trmx_delta -colE [RHS]mxE.
rewrite biased_outer_hessian_form (outer_decoupled _ _ _ (centred_sum X N0)) [RHS]mxE.
rewrite /outer_form (d_chain_ext W (U' := U.1)) => [|l lL]; last exact: new_parts_weights.
rewrite d0 mul0mx trmx0 mul0mx mxtrace0 add0r.
rewrite (mean_change_ext W (beta' := U.2)) => [|l lL]; last exact: new_parts_means.
by rewrite m0 trmx0 mul0mx mxE mul0rn.
Qed.

(* With k pairs of silent directions for the moments G, g: for some multiple of *)
(* them as moments of the residuals rk H_L >= rk H_o + k.                        *)
Theorem biased_rank_ge (G : 'M[F]_(M 0%N, M L)) (g : 'rV[F]_(M L)) (k : nat) :
    nondegenerate W G g k ->
  exists (Y : 'M[F]_(M L, N)) (c : F), [/\ c != 0,
    centred X *m (biased_residual W b X Y)^T = c *: G,
    residual_sum W b X Y = c *: g^T
    & (\rank (biased_outer_hessian W b L X) + k <= \rank (biased_hessian W b X Y))%N].
Proof.
case=> U [V [silentU silentV unit]].
have [R SR] : exists R, col_mx (centred X) one *m R = 1%:M.
  apply/row_freeP; rewrite /row_free rank_centred_one // -rank_augmented // full addn1 //.
pose d := (R *m col_mx G g)^T.
pose Y c : 'M[F]_(M L, N) := biased_residual W b X 0 - c *: d.
have resE c : biased_residual W b X (Y c) = c *: d.
  by rewrite biased_residual_label /Y subKr.
have [Gd gd] : centred X *m d^T = G /\ one *m d^T = g.
  apply: eq_col_mx; rewrite -mul_col_mx /d trmxK mulmxA SR mul1mx //.
have GE c : centred X *m (biased_residual W b X (Y c))^T = c *: G.
  by rewrite resE linearZ /= -scalemxAr Gd.
have gE c : residual_sum W b X (Y c) = c *: g^T.
  rewrite /residual_sum resE -scalemxAl; congr (_ *: _); rewrite -gd trmx_mul trmxK.
  by rewrite trmx_const.
pose A := biased_outer_hessian W b L X.
pose B := biased_functional_hessian W b X (Y 1).
have BE c : biased_functional_hessian W b X (Y c) = c *: B.
  apply/matrixP => i j; rewrite [RHS]mxE !mxE !functional_form_core // !GE !gE !linearZ /= trmxK.
  by rewrite !core_formZ mul1r.
pose rows_of (T : 'I_k -> parts F M) := \matrix_i flat (T i).
have kills T : (forall i, silent W L (T i)) -> rows_of T *m A = 0.
  by move=> hT; apply/row_matrixP => i; rewrite row_mul rowK silent_outer // row0.
have symA : A^T = A.
  apply/matrixP => i j; rewrite !mxE; exact: outer_form_sym.
have AV : A *m (rows_of V)^T = 0.
  by apply: trmx_inj; rewrite trmx_mul trmxK symA kills // trmx0.
have gramE : rows_of U *m B *m (rows_of V)^T = gram W G g U V.
  apply/matrixP => i j; rewrite [RHS]mxE.
  have -> : (rows_of U *m B *m (rows_of V)^T) i j = (flat (U i) *m B *m (flat (V j))^T) 0 0.
    rewrite -[flat (U i)](rowK (fun i => flat (U i))) -[flat (V j)](rowK (fun i => flat (V i))).
    rewrite -row_mul tr_row -/(rows_of U) -/(rows_of V) !mxE.
    by apply: eq_bigr => l _; rewrite !mxE.
  rewrite biased_functional_hessian_form functional_form_core //.
  rewrite GE gE scale1r linearZ /= trmxK scale1r.
  by apply: core_form_ext => l lL; rewrite ?new_parts_weights ?new_parts_means.
have [c c0 le] : exists2 c : F, c != 0 & (\rank A + k <= \rank (A + c *: B)%R)%N.
  by apply: (rank_on_kernel (kills U silentU) AV); rewrite gramE.
by exists (Y c), c; split=> //; rewrite biased_gauss_newton BE.
Qed.
End Attained.
