From mathcomp Require Import all_ssreflect all_algebra.
From SsrMultinomials Require Import mpoly.
From Hessproof Require Import chain loss hessian derivative generic generic_hessian.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* A fixed residual E. The labels Y = W_(L-1) ... W_0 X - E have it at the weights W. With     *)
(* these labels the Hessians are polynomial families in the weights, too: so a statement about *)
(* one network with residual E is one about almost all weights.                                *)
Section Residual.
Variables (F : fieldType) (M : nat -> nat) (L N : nat).
Variables (X : 'M[F]_(M 0%N, N)) (E : 'M[F]_(M L, N)).
Notation weights := (forall l, 'M[F]_(M l.+1, M l)).
Notation np := (\sum_(l < L) layer_size M l)%N.
Implicit Types (W : weights) (w : 'rV[F]_np).

(* The labels that leave the residual E at the weights W. *)
Definition labels_with W : 'M[F]_(M L, N) := chain W 0 L *m X - E.

Lemma residual_labels_with W : residual X (labels_with W) W = E.
Proof. by rewrite /residual subKr. Qed.

(* Labels with residual E are these. *)
Lemma labels_withE W (Y : 'M[F]_(M L, N)) : residual X Y W = E -> labels_with W = Y.
Proof. by rewrite /labels_with => <-; rewrite subKr. Qed.

Lemma functional_residualE W i j :
  functional_hessian W X (labels_with W) i j
  = \tr (X *m E^T *m d2_chain W (unit_direction F i) (@unit_direction F M L j) 0 L).
Proof. by rewrite mxE /functional_form residual_labels_with. Qed.

Lemma functional_residual_local W W' : (forall l, (l < L)%N -> W l = W' l) ->
  functional_hessian W X (labels_with W) = functional_hessian W' X (labels_with W').
Proof.
by move=> WW; apply/matrixP => i j; rewrite !functional_residualE (d2_chain_extL WW).
Qed.

Lemma polynomial_functional_residual : polynomial_family (fun w =>
  functional_hessian (direction w) X (labels_with (direction w))).
Proof.
pose constant (D : weights) := map_weights [rmorphism of @mpolyC np F] D.
exists (\matrix_(i, j) \tr (map_mx (@mpolyC np F) (X *m E^T)
  *m d2_chain (generic_weights (@no_origin F M) (@unit_direction F M L))
       (constant (unit_direction F i)) (constant (unit_direction F j)) 0 L)) => w.
apply/matrixP => i j; rewrite functional_residualE !mxE -trace_map_mx map_mxM map_mpolyC_at.
by rewrite d2_chain_at (d2_chain_extW _ _ (weights_at_direction w)).
Qed.

(* The Hessian of the loss is the sum of the two parts. *)
Lemma loss_residual_local W W' : (forall l, (l < L)%N -> W l = W' l) ->
  loss_hessian W X (labels_with W) = loss_hessian W' X (labels_with W').
Proof.
move=> WW; rewrite !gauss_newton (functional_residual_local WW).
by rewrite (outer_hessian_local WW).
Qed.

Lemma polynomial_loss_residual : polynomial_family (fun w =>
  loss_hessian (direction w) X (labels_with (direction w))).
Proof.
have [A sumA] := polynomial_add (polynomial_outer_hessian L X) polynomial_functional_residual.
by exists A => w; rewrite gauss_newton sumA.
Qed.
End Residual.
