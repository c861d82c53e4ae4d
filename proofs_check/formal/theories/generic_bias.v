From mathcomp Require Import all_ssreflect all_algebra.
From SsrMultinomials Require Import mpoly.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker form_matrix chain loss hessian bias.
From Hessproof Require Import derivative generic generic_hessian.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* The space of all weights and biases of a network: with T_l = [W_l b_l; 0 1] for the    *)
(* weights it is the polynomial family of derivative.v whose origin is [0 0; 0 1]. So the *)
(* Hessian with biases is a polynomial family in the weights and biases, too.             *)
Section Biases.
Variables (F : fieldType) (M : nat -> nat) (L : nat).
Notation aM := (augmented_widths M).
Notation np := (\sum_(l < L) biased_size M l)%N.
Implicit Types w : 'rV[F]_np.

(* The weights and the biases that are the entries of w. *)
Definition weights_of w l : 'M[F]_(M l.+1, M l) := lsubmx (biased_direction w l).
Definition biases_of w l : 'cV[F]_(M l.+1) := rsubmx (biased_direction w l).

Lemma biased_direction_sum w l :
  biased_direction w l = \sum_i w 0 i *: biased_direction (delta_mx 0 i) l.
Proof.
have lin : linear (fun u : 'rV[F]_np => biased_direction u l).
  by move=> c u v; apply: biased_direction_lin.
rewrite {1}[w]row_sum_delta -[biased_direction _ l]/(Linear lin _) linear_sum.
by apply: eq_bigr => i _; rewrite linearZ.
Qed.

(* W = 0, b = 0 *)
Definition affine_origin : forall l, 'M[F]_(aM l.+1, aM l) :=
  affine (fun l => 0 : 'M_(M l.+1, M l)) (fun l => 0).
Definition unit_biased_direction (i : 'I_np) : forall l, 'M[F]_(aM l.+1, aM l) :=
  embedded (biased_direction (delta_mx 0 i : 'rV[F]_np)).

Lemma weights_at_affine w l :
  weights_at affine_origin unit_biased_direction (w 0) l = affine (weights_of w) (biases_of w) l.
Proof.
rewrite /weights_at /affine_origin /unit_biased_direction /embedded /affine.
have -> : \sum_i w 0 i *: col_mx (biased_direction (delta_mx 0 i) l) 0
          = col_mx (biased_direction w l) 0 :> 'M_(aM l.+1, aM l).
  rewrite biased_direction_sum (big_morph (fun A => col_mx A 0) (id1 := 0) (op1 := +%R)).
  - by apply: eq_bigr => i _; rewrite scale_col_mx scaler0.
  - by move=> A B; rewrite add_col_mx addr0.
  - by rewrite col_mx0.
rewrite -{1}[biased_direction w l]hsubmxK -/(weights_of w l) -/(biases_of w l).
by rewrite -[X in _ + col_mx _ X]row_mx0 -/(block_mx _ _ _ _) add_block_mx !add0r !addr0.
Qed.

Variables (N : nat) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)).

Notation aX := (augmented X : 'M_(aM 0%N, N)).
Notation aY := (augmented Y : 'M_(aM L, N)).

Lemma polynomial_biased_hessian :
  polynomial_family (fun w => biased_hessian (weights_of w) (biases_of w) X Y).
Proof.
exists (\matrix_(i, j) generic_hessian affine_origin unit_biased_direction aX aY i j) => w.
apply/matrixP => i j; rewrite !mxE generic_hessian_at.
exact/esym/hessian_form_extW/weights_at_affine.
Qed.

Lemma polynomial_biased_outer_hessian :
  polynomial_family (fun w => biased_outer_hessian (weights_of w) (biases_of w) L X).
Proof.
exists (\matrix_(i, j) generic_outer affine_origin unit_biased_direction L aX i j) => w.
apply/matrixP => i j; rewrite !mxE outer_at.
by rewrite !(d_chain_extW (weights_at_affine w)).
Qed.
End Biases.

(* From one network to almost all networks, for a matrix that is polynomial in the weights *)
(* and biases of the layers below L and depends on them only.                              *)
Section Transfer.
Variables (F : fieldType) (M : nat -> nat) (L a b : nat).
Notation weights := (forall l, 'M[F]_(M l.+1, M l)).
Notation biases := (forall l, 'cV[F]_(M l.+1)).
Notation np := (\sum_(l < L) biased_size M l)%N.
Variable f : weights -> biases -> 'M[F]_(a, b).
Hypothesis local : forall W W' c c', (forall l, (l < L)%N -> W l = W' l) ->
  (forall l, (l < L)%N -> c l = c' l) -> f W c = f W' c'.
Hypothesis polynomial :
  polynomial_family (fun w : 'rV[F]_np => f (weights_of w) (biases_of w)).

Theorem generic_biased_rank_ge (W0 : weights) (b0 : biases) :
  almost_all (fun w : 'rV[F]_np => \rank (f W0 b0) <= \rank (f (weights_of w) (biases_of w)))%N.
Proof.
pose T l : 'M_(M l.+1, augmented_widths M l) := row_mx (W0 l) (b0 l).
have [w0 w0E] := biased_direction_surj L T.
have -> : f W0 b0 = f (weights_of w0) (biases_of w0).
  apply: local => l lL; first by rewrite /weights_of w0E // row_mxKl.
  by rewrite /biases_of w0E // row_mxKr.
exact: (rank_generic polynomial).
Qed.

Corollary generic_biased_rank_eq (rho : int) :
    (forall W c, (\rank (f W c))%:Z <= rho) -> (exists W c, (\rank (f W c))%:Z = rho) ->
  almost_all (fun w : 'rV[F]_np => (\rank (f (weights_of w) (biases_of w)))%:Z = rho).
Proof.
move=> le_rho [W0 [b0 eq_rho]]; apply: almost_all_imp (generic_biased_rank_ge W0 b0) => w.
by rewrite -lez_nat eq_rho => ge_rho; apply/le_anti; rewrite le_rho.
Qed.
End Transfer.

(* Each of the Hessians depends on the layers below L only. *)
Section Local.
Variables (F : fieldType) (M : nat -> nat) (L N : nat).
Notation aM := (augmented_widths M).
Variables (W W' : forall l, 'M[F]_(M l.+1, M l)) (b b' : forall l, 'cV[F]_(M l.+1)).
Hypothesis WW : forall l, (l < L)%N -> W l = W' l.
Hypothesis bb : forall l, (l < L)%N -> b l = b' l.
Variables (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)).

Let affine_eq l : (l < L)%N -> affine W b l = affine W' b' l.
Proof. by move=> lL; rewrite /affine WW // bb. Qed.

Lemma biased_outer_hessian_local : biased_outer_hessian W b L X = biased_outer_hessian W' b' L X.
Proof.
apply/matrixP => i j; rewrite !mxE /biased_outer_form /outer_form.
by rewrite !(d_chain_extL affine_eq).
Qed.

Lemma biased_functional_hessian_local :
  biased_functional_hessian W b X Y = biased_functional_hessian W' b' X Y.
Proof.
apply/matrixP => i j; rewrite !mxE /biased_functional_form /functional_form /residual.
by rewrite (chain_extL affine_eq) // (d2_chain_extL affine_eq).
Qed.

Lemma biased_hessian_local : biased_hessian W b X Y = biased_hessian W' b' X Y.
Proof.
by rewrite !biased_gauss_newton biased_outer_hessian_local biased_functional_hessian_local.
Qed.
End Local.
