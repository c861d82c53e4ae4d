From mathcomp Require Import all_ssreflect all_algebra.
From SsrMultinomials Require Import mpoly.
From Hessproof Require Import chain loss hessian.
From Hessproof Require Import derivative generic.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* The space of all parameters of a network, as points of F^p: its weights are the  *)
(* polynomial family of derivative.v with origin 0 and the p entries as variables.  *)
(* So the outer, the functional and the loss Hessian, with biases or without,       *)
(* are polynomial families of matrices in the parameters, and the rank that any one *)
(* network has is a lower bound for almost all networks of the same widths.         *)

(* Only the layers below L matter. *)
Section Extensional.
Variables (R : comRingType) (M : nat -> nat) (W W' : forall i, 'M[R]_(M i.+1, M i)) (L : nat).
Hypothesis WW : forall l, (l < L)%N -> W l = W' l.

Lemma chain_extL j k : (k <= L)%N -> chain W j k = chain W' j k.
Proof.
elim: k => // k IH kL; case: (leqP j k) => jk; last by rewrite /chain /= leqNgt jk.
by rewrite !chain_S // WW // IH // ltnW.
Qed.

Lemma d_chain_extL U j k : (k <= L)%N -> d_chain W U j k = d_chain W' U j k.
Proof.
elim: k => // k IH kL; case: (leqP j k) => jk; last by rewrite /d_chain /= leqNgt jk.
by rewrite !d_chain_S // WW // IH ?(ltnW kL) // chain_extL // ltnW.
Qed.

Lemma d2_chain_extL U V j k : (k <= L)%N -> d2_chain W U V j k = d2_chain W' U V j k.
Proof.
elim: k => // k IH kL; case: (leqP j k) => jk; last by rewrite /d2_chain /= leqNgt jk.
by rewrite !d2_chain_S // WW // IH ?(ltnW kL) // !d_chain_extL // ltnW.
Qed.
End Extensional.

(* The parameters without biases. *)
Section Weights.
Variables (F : fieldType) (M : nat -> nat) (L : nat).
Notation np := (\sum_(l < L) layer_size M l)%N.
Implicit Types w : 'rV[F]_np.

Definition no_origin (l : nat) : 'M[F]_(M l.+1, M l) := 0.
(* The direction of the i-th parameter. *)
Definition unit_direction (i : 'I_np) : forall l, 'M[F]_(M l.+1, M l) :=
  direction (delta_mx 0 i : 'rV[F]_np).

Lemma direction_sum w l : direction w l = \sum_i w 0 i *: direction (delta_mx 0 i) l.
Proof.
have lin : linear (fun u : 'rV[F]_np => direction u l) by move=> c u v; apply: direction_lin.
rewrite {1}[w]row_sum_delta -[direction _ l]/(Linear lin _) linear_sum.
by apply: eq_bigr => i _; rewrite linearZ.
Qed.

Lemma weights_at_direction w l : weights_at no_origin unit_direction (w 0) l = direction w l.
Proof. by rewrite /weights_at add0r direction_sum. Qed.

Variables (N : nat) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)).

Lemma loss_hessian_at w i j :
  (generic_hessian no_origin unit_direction X Y i j).[: w] = loss_hessian (direction w) X Y i j.
Proof.
by rewrite generic_hessian_at mxE (hessian_form_extW _ _ (weights_at_direction w)).
Qed.

Lemma outer_hessian_at w i j :
  (generic_outer no_origin unit_direction L X i j).[: w] = outer_hessian (direction w) L X i j.
Proof. by rewrite outer_at !(d_chain_extW (weights_at_direction w)) mxE. Qed.

Lemma functional_hessian_at w i j :
  (generic_functional no_origin unit_direction X Y i j).[: w]
  = functional_hessian (direction w) X Y i j.
Proof.
rewrite functional_at mxE (d2_chain_extW _ _ (weights_at_direction w)) /residual.
by rewrite (chain_extW (weights_at_direction w)).
Qed.

Lemma polynomial_loss_hessian : polynomial_family (fun w => loss_hessian (direction w) X Y).
Proof.
exists (\matrix_(i, j) generic_hessian no_origin unit_direction X Y i j) => w.
by apply/matrixP => i j; rewrite -loss_hessian_at !mxE.
Qed.

Lemma polynomial_outer_hessian : polynomial_family (fun w => outer_hessian (direction w) L X).
Proof.
exists (\matrix_(i, j) generic_outer no_origin unit_direction L X i j) => w.
by apply/matrixP => i j; rewrite -outer_hessian_at !mxE.
Qed.

(* The outputs of the network on the data. *)
Lemma polynomial_outputs :
  polynomial_family (fun w => chain (direction w : forall l, 'M_(M l.+1, M l)) 0 L *m X).
Proof.
exists (network no_origin unit_direction L X) => w.
by rewrite matrix_atE map_mxM chain_at map_mpolyC_at (chain_extW (weights_at_direction w)).
Qed.
End Weights.

(* From one network to almost all networks, for a matrix that is polynomial in the weights *)
(* of the layers below L and depends on them only.                                         *)
Section Transfer.
Variables (F : fieldType) (M : nat -> nat) (L a b : nat).
Notation weights := (forall l, 'M[F]_(M l.+1, M l)).
Notation np := (\sum_(l < L) layer_size M l)%N.
Variable f : weights -> 'M[F]_(a, b).
Hypothesis local : forall W W', (forall l, (l < L)%N -> W l = W' l) -> f W = f W'.
Hypothesis polynomial : polynomial_family (fun w : 'rV[F]_np => f (direction w)).

Theorem generic_rank_ge (W0 : weights) :
  almost_all (fun w : 'rV[F]_np => \rank (f W0) <= \rank (f (direction w)))%N.
Proof.
have [w0 w0E] := direction_surj L W0; rewrite -(local w0E).
exact: (rank_generic polynomial).
Qed.

Corollary generic_rank_eq (rho : int) :
    (forall W, (\rank (f W))%:Z <= rho) -> (exists W, (\rank (f W))%:Z = rho) ->
  almost_all (fun w : 'rV[F]_np => (\rank (f (direction w)))%:Z = rho).
Proof.
move=> le_rho [W0 eq_rho]; apply: almost_all_imp (generic_rank_ge W0) => w.
by rewrite -lez_nat eq_rho => ge_rho; apply/le_anti; rewrite le_rho.
Qed.
End Transfer.

(* Each of the matrices depends on the layers below L only. *)
Section Local.
Variables (F : fieldType) (M : nat -> nat) (L N : nat).
Variables (W W' : forall l, 'M[F]_(M l.+1, M l)).
Hypothesis WW : forall l, (l < L)%N -> W l = W' l.
Variables (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)).

Lemma outer_hessian_local : outer_hessian W L X = outer_hessian W' L X.
Proof. by apply/matrixP => i j; rewrite !mxE /outer_form !(d_chain_extL WW). Qed.

Lemma functional_hessian_local : functional_hessian W X Y = functional_hessian W' X Y.
Proof.
apply/matrixP => i j; rewrite !mxE /functional_form /residual.
by rewrite (chain_extL WW) // (d2_chain_extL WW).
Qed.

Lemma loss_hessian_local : loss_hessian W X Y = loss_hessian W' X Y.
Proof. by rewrite !gauss_newton outer_hessian_local functional_hessian_local. Qed.
End Local.
