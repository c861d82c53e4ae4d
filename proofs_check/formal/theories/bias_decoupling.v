From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker form_matrix chain loss hessian bias.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* The Hessian of a network with biases in the variables dW_l and               *)
(*   beta_l = db_l + dW_l z_l,   z_l = the activation of layer l at a point x:   *)
(* with x the mean of the inputs, the outer form is the one without biases on   *)
(* centred inputs plus N times the scalar product of the changes of the mean    *)
(* output, and the functional form is the one without biases on centred data   *)
(* plus a term in the sum of the residuals, E[delta] up to 1/N. No bias occurs. *)

(* Changes of the output in the direction of the beta_l.                        *)
Section MeanChange.
Variables (R : ringType) (M : nat -> nat) (W : forall i, 'M[R]_(M i.+1, M i)).
Implicit Types (A : forall i, 'M[R]_(M i.+1, M i)) (beta : forall i, 'cV[R]_(M i.+1)).

(* gamma_k = sum over l < k of W_(k-1) ... W_(l+1) beta_l                        *)
Fixpoint mean_change beta (k : nat) : 'cV[R]_(M k) :=
  match k return 'cV[R]_(M k) with
  | 0%N => 0
  | k'.+1 => beta k' + W k' *m mean_change beta k'
  end.

(* The part of the second differential that is linear in the beta_l.            *)
Fixpoint mean_change2 A beta A' beta' (k : nat) : 'cV[R]_(M k) :=
  match k return 'cV[R]_(M k) with
  | 0%N => 0
  | k'.+1 => A k' *m mean_change beta' k' + A' k' *m mean_change beta k'
             + W k' *m mean_change2 A beta A' beta' k'
  end.

(* The activations of the network with biases b at the input x.                 *)
Fixpoint activation (b : forall i, 'cV[R]_(M i.+1)) (x : 'cV[R]_(M 0)) (k : nat) : 'cV[R]_(M k) :=
  match k return 'cV[R]_(M k) with
  | 0%N => x
  | k'.+1 => W k' *m activation b x k' + b k'
  end.

Lemma mean_change_ext beta beta' k : (forall l, (l < k)%N -> beta l = beta' l) ->
  mean_change beta k = mean_change beta' k.
Proof. by elim: k => //= k IH e; rewrite e // IH // => l lk; rewrite e // ltnW. Qed.
End MeanChange.

Section NewVariables.
Variables (R : comRingType) (M : nat -> nat) (W : forall i, 'M[R]_(M i.+1, M i)).
Variables (b : forall i, 'cV[R]_(M i.+1)) (x : 'cV[R]_(M 0)).
Notation aM := (augmented_widths M).
Notation T := (affine W b).
Notation z := (activation W b x).
Implicit Types U V : forall i, 'M[R]_(M i.+1, aM i).

(* dW_l and beta_l of a direction [dW_l db_l]                                    *)
Definition weight_part U (l : nat) : 'M[R]_(M l.+1, M l) := lsubmx (U l : 'M_(M l.+1, M l + 1)).
Definition mean_part U (l : nat) : 'cV[R]_(M l.+1) :=
  weight_part U l *m z l + rsubmx (U l : 'M_(M l.+1, M l + 1)).

Lemma affine_mul i a (B : 'M[R]_(M i, a)) (c : 'rV[R]_a) :
  T i *m (col_mx B c : 'M_(aM i, a)) = col_mx (W i *m B + b i *m c) c.
Proof. by rewrite /affine mul_block_col mul0mx mul1mx add0r. Qed.

Lemma embedded_mul U i a (B : 'M[R]_(M i, a)) (c : 'rV[R]_a) :
  embedded U i *m (col_mx B c : 'M_(aM i, a))
  = col_mx (weight_part U i *m B + rsubmx (U i : 'M_(M i.+1, M i + 1)) *m c) 0.
Proof.
rewrite /embedded /weight_part mul_col_mx mul0mx; congr col_mx.
by rewrite -[in LHS](hsubmxK (U i : 'M_(M i.+1, M i + 1))) mul_row_col.
Qed.

Lemma embedded_mul0 U i a (B : 'M[R]_(M i, a)) :
  embedded U i *m (col_mx B 0 : 'M_(aM i, a)) = col_mx (weight_part U i *m B) 0.
Proof. by rewrite embedded_mul mulmx0 addr0. Qed.

(* On centred inputs the biases play no part.                                   *)
Lemma chain_centred a (B : 'M[R]_(M 0, a)) k :
  chain T 0 k *m (col_mx B 0 : 'M_(aM 0, a)) = col_mx (chain W 0 k *m B) 0.
Proof.
elim: k => [|k IH]; first by rewrite !chain_id !mul1mx.
by rewrite chain_S // -mulmxA IH affine_mul mulmx0 addr0 chain_S // mulmxA.
Qed.

Lemma chain_mean k : chain T 0 k *m (col_mx x 1%:M : 'M_(aM 0, 1)) = col_mx (z k) 1%:M.
Proof.
elim: k => [|k IH]; first by rewrite !chain_id !mul1mx.
by rewrite chain_S // -mulmxA IH affine_mul mulmx1.
Qed.

Lemma d_chain_centred U a (B : 'M[R]_(M 0, a)) k :
  d_chain T (embedded U) 0 k *m (col_mx B 0 : 'M_(aM 0, a))
  = col_mx (d_chain W (weight_part U) 0 k *m B) 0.
Proof.
elim: k => [|k IH]; first by rewrite !d_chain_id !mul0mx col_mx0.
rewrite !d_chain_S // mulmxDl -!mulmxA chain_centred IH embedded_mul0 affine_mul mulmx0 addr0.
by rewrite add_col_mx addr0 mulmxDl !mulmxA.
Qed.

Lemma d_chain_mean U k :
  d_chain T (embedded U) 0 k *m (col_mx x 1%:M : 'M_(aM 0, 1))
  = col_mx (mean_change W (mean_part U) k) 0.
Proof.
elim: k => [|k IH]; first by rewrite d_chain_id mul0mx col_mx0.
rewrite d_chain_S // mulmxDl -!mulmxA chain_mean IH embedded_mul affine_mul mulmx0 addr0 mulmx1.
by rewrite add_col_mx addr0.
Qed.

Lemma d2_chain_centred U V a (B : 'M[R]_(M 0, a)) k :
  d2_chain T (embedded U) (embedded V) 0 k *m (col_mx B 0 : 'M_(aM 0, a))
  = col_mx (d2_chain W (weight_part U) (weight_part V) 0 k *m B) 0.
Proof.
elim: k => [|k IH]; first by rewrite !d2_chain_id !mul0mx col_mx0.
rewrite !d2_chain_S // !mulmxDl -!mulmxA !d_chain_centred IH !embedded_mul0 affine_mul mulmx0 addr0.
by rewrite !add_col_mx !addr0 !mulmxA.
Qed.

Lemma d2_chain_mean U V k :
  d2_chain T (embedded U) (embedded V) 0 k *m (col_mx x 1%:M : 'M_(aM 0, 1))
  = col_mx (mean_change2 W (weight_part U) (mean_part U) (weight_part V) (mean_part V) k) 0.
Proof.
elim: k => [|k IH]; first by rewrite d2_chain_id mul0mx col_mx0.
rewrite d2_chain_S // !mulmxDl -!mulmxA !d_chain_mean IH !embedded_mul0 affine_mul mulmx0 addr0.
by rewrite !add_col_mx !addr0.
Qed.

(* dW_l and beta_l are free.                                                     *)
Definition from_parts (A : forall i, 'M[R]_(M i.+1, M i)) (beta : forall i, 'cV[R]_(M i.+1))
    (l : nat) : 'M[R]_(M l.+1, aM l) := row_mx (A l) (beta l - A l *m z l).

Lemma weight_part_from A beta l : weight_part (from_parts A beta) l = A l.
Proof. by rewrite /weight_part row_mxKl. Qed.

Lemma mean_part_from A beta l : mean_part (from_parts A beta) l = beta l.
Proof. by rewrite /mean_part weight_part_from row_mxKr addrC subrK. Qed.
End NewVariables.

(* The residuals of the network with biases.                                    *)
Section BiasedResidual.
Variables (R : comRingType) (M : nat -> nat) (W : forall i, 'M[R]_(M i.+1, M i)).
Variables (b : forall i, 'cV[R]_(M i.+1)).
Variables (L N : nat) (X : 'M[R]_(M 0%N, N)) (Y : 'M[R]_(M L, N)).
Notation aM := (augmented_widths M).

(* delta = the output less the label, sample by sample                          *)
Definition biased_residual : 'M[R]_(M L, N) :=
  usubmx (residual (augmented X : 'M_(aM 0%N, N)) (augmented Y : 'M_(aM L, N)) (affine W b)
          : 'M_(M L + 1, N)).

(* The sum of the residuals, N times E[delta].                                  *)
Definition residual_sum : 'cV[R]_(M L) := biased_residual *m const_mx 1.
End BiasedResidual.

(* Inputs less a point.                                                         *)
Definition shifted (R : ringType) a N (x : 'cV[R]_a) (X : 'M[R]_(a, N)) : 'M[R]_(a, N) :=
  X - x *m const_mx 1.

(* The mean of the samples, and the samples less their mean.                    *)
Section Mean.
Variables (F : fieldType) (a N : nat).

Definition mean (X : 'M[F]_(a, N)) : 'cV[F]_a := N%:R^-1 *: (X *m const_mx 1).
Definition centred (X : 'M[F]_(a, N)) : 'M[F]_(a, N) := shifted (mean X) X.

Lemma one_one : (const_mx 1 : 'rV[F]_N) *m (const_mx 1 : 'rV_N)^T = N%:R%:M.
Proof.
apply/matrixP => i j; rewrite !ord1 !mxE eqxx mulr1n -[in RHS](card_ord N) -sumr_const.
by apply: eq_bigr => k _; rewrite !mxE mulr1.
Qed.

Lemma centred_sum X : N%:R != 0 :> F -> centred X *m (const_mx 1 : 'rV_N)^T = 0.
Proof.
move=> N0; rewrite /centred /shifted mulmxBl -mulmxA one_one mul_mx_scalar /mean scalerA mulfV //.
by rewrite scale1r trmx_const subrr.
Qed.
End Mean.

Section Decoupling.
Variables (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)).
Variables (b : forall i, 'cV[F]_(M i.+1)).
Variables (L N : nat) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)).
Variables (x : 'cV[F]_(M 0%N)) (y : 'cV[F]_(M L)).
Notation aM := (augmented_widths M).
Notation T := (affine W b).
Notation Xc := (shifted x X).
Notation Yc := (shifted y Y).
Notation X1 := (augmented X : 'M_(aM 0%N, N)).
Notation Y1 := (augmented Y : 'M_(aM L, N)).
Notation one := (const_mx 1 : 'rV[F]_N).
Notation beta := (mean_part W b x).
Implicit Types U V : forall i, 'M[F]_(M i.+1, aM i).

(* Every input is its deviation and the point, in homogeneous coordinates.      *)
Lemma augmented_split : X1 = (col_mx Xc 0 : 'M_(aM 0, N)) + (col_mx x 1%:M : 'M_(aM 0, 1)) *m one.
Proof. by rewrite mul_col_mx mul1mx add_col_mx subrK add0r. Qed.

Lemma residualE : residual X1 Y1 T = col_mx (biased_residual W b X Y) 0.
Proof.
rewrite /biased_residual -[LHS]vsubmxK; congr col_mx.
rewrite /residual augmented_split mulmxDr mulmxA chain_centred chain_mean mul_col_mx mul1mx.
by rewrite add_col_mx add0r opp_col_mx add_col_mx col_mxKd subrr.
Qed.

Lemma biased_residualE :
  biased_residual W b X Y = residual Xc Yc W + (activation W b x L - y) *m one.
Proof.
rewrite /biased_residual /residual augmented_split mulmxDr mulmxA chain_centred chain_mean.
rewrite mul_col_mx mul1mx add_col_mx add0r opp_col_mx add_col_mx col_mxKu /shifted opprB mulmxBl.
by rewrite [RHS]addrACA; congr (_ + _); rewrite addrAC subrr add0r.
Qed.

Hypothesis Xc1 : Xc *m one^T = 0.

Lemma trace_one a (B : 'M[F]_(a, N)) (h : 'cV[F]_a) :
  B *m one^T = 0 -> \tr (B^T *m (h *m one)) = 0.
Proof.
move=> B0; rewrite mulmxA mxtrace_mulC mulmxA.
have -> : one *m B^T = 0 by apply: trmx_inj; rewrite trmx_mul trmxK B0 trmx0.
by rewrite mul0mx mxtrace0.
Qed.

(* The outer form: that of the weights on centred inputs, and that of the means. *)
Theorem outer_decoupled U V :
  biased_outer_form W b L X U V
  = outer_form W L Xc (weight_part U) (weight_part V)
    + ((mean_change W (beta U) L)^T *m mean_change W (beta V) L) 0 0 *+ N.
Proof.
have change Z : d_chain T (embedded Z) 0 L *m X1
    = col_mx (d_chain W (weight_part Z) 0 L *m Xc + mean_change W (beta Z) L *m one) 0.
  rewrite augmented_split mulmxDr mulmxA d_chain_centred d_chain_mean mul_col_mx mul0mx.
  by rewrite add_col_mx addr0.
rewrite /biased_outer_form /outer_form !change tr_col_mx mul_row_col trmx0 mul0mx addr0.
move: (mean_change W (beta U) L) (mean_change W (beta V) L) => g h.
have D0 Z : d_chain W (weight_part Z) 0 L *m Xc *m one^T = 0 by rewrite -mulmxA Xc1 mulmx0.
move: (D0 U) (D0 V); set B := d_chain W (weight_part U) 0 L *m Xc.
set C := d_chain W (weight_part V) 0 L *m Xc; move: B C => B C B0 C0.
have g0 : \tr ((g *m one)^T *m C) = 0 by rewrite -mxtrace_tr trmx_mul trmxK trace_one.
rewrite [(B + _)^T]raddfD /= mulmxDl !mulmxDr !mxtraceD (trace_one _ B0) g0 addr0 add0r.
congr (_ + _); rewrite trmx_mul mulmxA mxtrace_mulC !mulmxA.
by rewrite one_one -mulmxA mul_scalar_mx mxtraceZ [in LHS]/mxtrace big_ord1 mulr_natl.
Qed.

(* The functional form: that of the weights on centred data, and one that       *)
(* couples weights and means by the sum of the residuals.                       *)
Theorem functional_decoupled U V :
  biased_functional_form W b X Y U V
  = functional_form W Xc Yc (weight_part U) (weight_part V)
    + ((residual_sum W b X Y)^T
       *m mean_change2 W (weight_part U) (beta U) (weight_part V) (beta V) L) 0 0.
Proof.
have d2E : d2_chain T (embedded U) (embedded V) 0 L *m X1
    = col_mx (d2_chain W (weight_part U) (weight_part V) 0 L *m Xc
              + mean_change2 W (weight_part U) (beta U) (weight_part V) (beta V) L *m one) 0.
  rewrite augmented_split mulmxDr mulmxA d2_chain_centred d2_chain_mean mul_col_mx mul0mx.
  by rewrite add_col_mx addr0.
have -> : biased_functional_form W b X Y U V
    = \tr ((residual X1 Y1 T)^T *m (d2_chain T (embedded U) (embedded V) 0 L *m X1)).
  by rewrite /biased_functional_form /functional_form -mulmxA [LHS]mxtrace_mulC -mulmxA.
rewrite d2E residualE /functional_form.
rewrite tr_col_mx mul_row_col trmx0 mul0mx addr0 mulmxDr mxtraceD /residual_sum.
congr (_ + _); last first.
  rewrite mulmxA mxtrace_mulC mulmxA trmx_mul [in LHS]/mxtrace big_ord1.
  by congr ((_ *m _ *m _) 0 0); apply/matrixP => i j; rewrite !mxE.
rewrite biased_residualE; move: (residual Xc Yc W) => r.
rewrite [(r + _)^T]raddfD /= mulmxDl mxtraceD.
rewrite [X in _ + X](_ : _ = 0) ?addr0; first by rewrite mulmxA mxtrace_mulC mulmxA.
by rewrite -mxtrace_tr trmx_mul trmxK trace_one // -mulmxA Xc1 mulmx0.
Qed.
End Decoupling.
