From mathcomp Require Import all_ssreflect all_algebra.
From SsrMultinomials Require Import mpoly.
From Hessproof Require Import form_matrix chain loss hessian bias bias_decoupling.
From Hessproof Require Import derivative generic generic_hessian generic_bias.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* A fixed residual E of a network with biases. The labels that are the outputs less E have it at *)
(* the weights W and biases b. With these labels the Hessians are polynomial families in the      *)
(* weights and biases, too: so a statement about one network with residual E is one about almost  *)
(* all weights and biases.                                                                        *)
Section Residual.
Variables (F : fieldType) (M : nat -> nat) (L N : nat).
Variables (X : 'M[F]_(M 0%N, N)) (E : 'M[F]_(M L, N)).
Notation aM := (augmented_widths M).
Notation aX := (augmented X : 'M_(aM 0%N, N)).
Notation weights := (forall l, 'M[F]_(M l.+1, M l)).
Notation biases := (forall l, 'cV[F]_(M l.+1)).
Notation np := (\sum_(l < L) biased_size M l)%N.
Implicit Types (W : weights) (b : biases) (w : 'rV[F]_np).

(* The labels that leave the residual E at the weights W and biases b. *)
Definition biased_labels_with W b : 'M[F]_(M L, N) := biased_residual W b X 0 - E.

Lemma biased_residual_labels W b (Y : 'M[F]_(M L, N)) :
  biased_residual W b X Y = biased_residual W b X 0 - Y.
Proof.
by rewrite !(biased_residualE W b X _ 0 0) /shifted !mul0mx !subr0 /residual subr0 addrAC.
Qed.

Lemma biased_residual_labels_with W b : biased_residual W b X (biased_labels_with W b) = E.
Proof. by rewrite biased_residual_labels subKr. Qed.

(* Labels with residual E are these. *)
Lemma biased_labels_withE W b (Y : 'M[F]_(M L, N)) :
  biased_residual W b X Y = E -> biased_labels_with W b = Y.
Proof. by rewrite /biased_labels_with => <-; rewrite (biased_residual_labels W b Y) subKr. Qed.

Lemma biased_functional_residualE W b i j :
  biased_functional_hessian W b X (biased_labels_with W b) i j
  = \tr (aX *m (col_mx E 0 : 'M_(aM L, N))^T
         *m d2_chain (affine W b) (@unit_biased_direction F M L i)
              (@unit_biased_direction F M L j) 0 L).
Proof.
rewrite mxE /biased_functional_form /functional_form.
by rewrite (residualE W b X (biased_labels_with W b) 0) biased_residual_labels_with.
Qed.

Lemma biased_functional_residual_local W W' b b' :
    (forall l, (l < L)%N -> W l = W' l) -> (forall l, (l < L)%N -> b l = b' l) ->
  biased_functional_hessian W b X (biased_labels_with W b)
  = biased_functional_hessian W' b' X (biased_labels_with W' b').
Proof.
move=> WW bb; have TT l : (l < L)%N -> affine W b l = affine W' b' l.
  by move=> lL; rewrite /affine WW // bb.
by apply/matrixP => i j; rewrite !biased_functional_residualE (d2_chain_extL TT).
Qed.

Lemma biased_loss_residual_local W W' b b' :
    (forall l, (l < L)%N -> W l = W' l) -> (forall l, (l < L)%N -> b l = b' l) ->
  biased_hessian W b X (biased_labels_with W b) = biased_hessian W' b' X (biased_labels_with W' b').
Proof.
move=> WW bb; rewrite !biased_gauss_newton (biased_functional_residual_local WW bb).
by rewrite (biased_outer_hessian_local WW bb).
Qed.

Lemma polynomial_biased_functional_residual : polynomial_family (fun w =>
  biased_functional_hessian (weights_of w) (biases_of w) X
    (biased_labels_with (weights_of w) (biases_of w))).
Proof.
pose constant (D : forall l, 'M[F]_(aM l.+1, aM l)) := map_weights [rmorphism of @mpolyC np F] D.
exists (\matrix_(i, j) \tr (map_mx (@mpolyC np F) (aX *m (col_mx E 0 : 'M_(aM L, N))^T)
  *m d2_chain (generic_weights (@affine_origin F M) (@unit_biased_direction F M L))
       (constant (@unit_biased_direction F M L i))
       (constant (@unit_biased_direction F M L j)) 0 L)) => w.
apply/matrixP => i j; rewrite biased_functional_residualE !mxE -trace_map_mx map_mxM map_mpolyC_at.
by rewrite d2_chain_at (d2_chain_extW _ _ (weights_at_affine w)).
Qed.

Lemma polynomial_biased_residual : polynomial_family (fun w =>
  biased_hessian (weights_of w) (biases_of w) X
    (biased_labels_with (weights_of w) (biases_of w))).
Proof.
have [A sumA] := polynomial_add (polynomial_biased_outer_hessian L X)
  polynomial_biased_functional_residual.
by exists A => w; rewrite biased_gauss_newton sumA.
Qed.
End Residual.
