From mathcomp Require Import all_ssreflect all_algebra.
From SsrMultinomials Require Import mpoly.
From Hessproof Require Import chain loss.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* The loss as a polynomial in its parameters, and its derivatives.              *)
(* The weights move on an affine family: origin + x_1 dirs_1 + ... + x_n dirs_n. *)
(* With the n entries of the weights as the variables x_i it is the whole space  *)
(* of parameters (origin = 0); with biases, origin and directions are those of   *)
(* the augmented network; with one variable, it is a line.                       *)
(* Over any commutative ring the formal partial derivatives of the loss are the  *)
(* gradient form and the Hessian form in these directions.                       *)

(* The partial derivative of a matrix of polynomials, entry by entry. *)
Section MatrixDerivative.
Variables (R : ringType) (n : nat) (i : 'I_n).

Definition mx_deriv a b (A : 'M[{mpoly R[n]}]_(a, b)) : 'M[{mpoly R[n]}]_(a, b) :=
  map_mx (mderiv i) A.

Lemma mx_derivD a b (A B : 'M[{mpoly R[n]}]_(a, b)) :
  mx_deriv (A + B) = mx_deriv A + mx_deriv B.
Proof. by apply/matrixP => k l; rewrite !mxE mderivD. Qed.

Lemma mx_deriv0 a b : mx_deriv (0 : 'M_(a, b)) = 0.
Proof. by apply/matrixP => k l; rewrite !mxE mderiv0. Qed.

Lemma mx_deriv_tr a b (A : 'M[{mpoly R[n]}]_(a, b)) : mx_deriv A^T = (mx_deriv A)^T.
Proof. by apply/matrixP => k l; rewrite !mxE. Qed.

Lemma mx_deriv_const a b (A : 'M[R]_(a, b)) : mx_deriv (map_mx (@mpolyC n R) A) = 0.
Proof. by apply/matrixP => k l; rewrite !mxE mderivC. Qed.

Lemma mx_deriv_trace a (A : 'M[{mpoly R[n]}]_a) : (\tr A)^`M(i) = \tr (mx_deriv A).
Proof. by rewrite /mxtrace linear_sum; apply: eq_bigr => k _; rewrite mxE. Qed.

(* Leibniz's rule. *)
Lemma mx_derivM a b c (A : 'M[{mpoly R[n]}]_(a, b)) (B : 'M_(b, c)) :
  mx_deriv (A *m B) = mx_deriv A *m B + A *m mx_deriv B.
Proof.
apply/matrixP => k l; rewrite !mxE linear_sum -big_split; apply: eq_bigr => e _ /=.
by rewrite mderivM !mxE.
Qed.

Lemma mx_deriv_pid a b k : mx_deriv (pid_mx k : 'M_(a, b)) = 0.
Proof.
apply/matrixP => e f; rewrite !mxE; case: (_ && _); last exact: mderiv0.
by rewrite -mpolyC1 mderivC.
Qed.
End MatrixDerivative.

Section Parameters.
Variables (R : comRingType) (M : nat -> nat) (n : nat).
Notation weights := (forall l, 'M[R]_(M l.+1, M l)).
Notation constant := (map_weights [rmorphism of @mpolyC n R]).
Variables (origin : weights) (dirs : 'I_n -> weights).

(* The weights with parameters w. *)
Definition weights_at (w : 'I_n -> R) : weights :=
  fun l => origin l + \sum_i w i *: dirs i l.

(* The weights with variables for parameters. *)
Definition generic_weights l : 'M[{mpoly R[n]}]_(M l.+1, M l) :=
  constant origin l + \sum_i 'X_i *: constant (dirs i) l.

Notation Z := generic_weights.

Lemma generic_weights_at w l : map_weights [rmorphism of meval w] Z l = weights_at w l.
Proof.
apply/matrixP => a b; rewrite !mxE rmorphD /= mevalC; congr (_ + _).
rewrite !summxE rmorph_sum; apply: eq_bigr => i _.
by rewrite !mxE rmorphM /= mevalXU mevalC.
Qed.

Lemma constant_at w (U : weights) l : map_weights [rmorphism of meval w] (constant U) l = U l.
Proof. by apply/matrixP => a b; rewrite !mxE /= mevalC. Qed.

Lemma mx_deriv_generic i l : mx_deriv i (Z l) = constant (dirs i) l.
Proof.
have subU : (U_(i) - U_(i))%MM = 0%MM by apply/mnmP => k; rewrite mnmBE subnn mnm0E.
rewrite mx_derivD mx_deriv_const add0r; apply/matrixP => a b.
rewrite !mxE summxE linear_sum (bigD1 i) //= big1 => [|j ji].
  rewrite addr0 !mxE mderivM mderivC mulr0 addr0 mderivX mnm1E eqxx subU mpolyX0.
  by rewrite scale1r mul1r.
by rewrite !mxE mderivM mderivC mulr0 addr0 mderivX mnm1E (negbTE ji) scale0r mul0r.
Qed.

(* The partial derivatives of a product of generic weights are its differentials. *)
Lemma mx_deriv_chain i j k : mx_deriv i (chain Z j k) = d_chain Z (constant (dirs i)) j k.
Proof.
elim: k => [|k IH]; first by rewrite /chain /d_chain /= mx_deriv_pid.
case: (leqP j k) => jk; last by rewrite /chain /d_chain /= leqNgt jk /= mx_deriv_pid.
by rewrite chain_S // d_chain_S // mx_derivM mx_deriv_generic IH.
Qed.

Lemma mx_deriv_d_chain i (U : weights) j k :
  mx_deriv i (d_chain Z (constant U) j k) = d2_chain Z (constant U) (constant (dirs i)) j k.
Proof.
elim: k => [|k IH]; first by rewrite /d_chain /d2_chain /= mx_deriv0.
case: (leqP j k) => jk; last by rewrite /d_chain /d2_chain /= leqNgt jk /= mx_deriv0.
rewrite d_chain_S // d2_chain_S // mx_derivD !mx_derivM mx_deriv_generic IH mx_deriv_chain.
by rewrite mx_deriv_const mul0mx add0r addrA.
Qed.

Variables (L N : nat) (X : 'M[R]_(M 0%N, N)) (Y : 'M[R]_(M L, N)).
Notation Xc := (map_mx (@mpolyC n R) X).
Notation Yc := (map_mx (@mpolyC n R) Y).

(* The outputs of the network on the data. *)
Definition network : 'M[{mpoly R[n]}]_(M L, N) := chain Z 0 L *m Xc.

Lemma mx_deriv_network i : mx_deriv i network = d_chain Z (constant (dirs i)) 0 L *m Xc.
Proof. by rewrite mx_derivM mx_deriv_const mulmx0 addr0 mx_deriv_chain. Qed.

Lemma mx_deriv2_network i j :
  mx_deriv j (mx_deriv i network) = d2_chain Z (constant (dirs i)) (constant (dirs j)) 0 L *m Xc.
Proof.
by rewrite mx_deriv_network mx_derivM mx_deriv_const mulmx0 addr0 mx_deriv_d_chain.
Qed.

(* The two parts of the Hessian: the products of first derivatives of the outputs, and *)
(* the second derivatives of the outputs against the residuals.                        *)
Definition generic_outer i j : {mpoly R[n]} :=
  \tr ((mx_deriv i network)^T *m mx_deriv j network).
Definition generic_functional i j : {mpoly R[n]} :=
  \tr ((network - Yc)^T *m mx_deriv j (mx_deriv i network)).

(* Twice the square loss, a polynomial in the parameters. *)
Definition loss_polynomial : {mpoly R[n]} := square_loss Xc Yc Z.

(* The gradient form and the Hessian form with variables for parameters. *)
Definition generic_gradient i : {mpoly R[n]} := gradient_form Z Xc Yc (constant (dirs i)).
Definition generic_hessian i j : {mpoly R[n]} :=
  hessian_form Z Xc Yc (constant (dirs i)) (constant (dirs j)).

Lemma mx_deriv_residual i : mx_deriv i (residual Xc Yc Z) = mx_deriv i network.
Proof. by rewrite mx_derivD -map_mxN mx_deriv_const addr0. Qed.

Lemma trace_tr_mul a b (A B : 'M[{mpoly R[n]}]_(a, b)) : \tr (A^T *m B) = \tr (B^T *m A).
Proof. by rewrite -mxtrace_tr trmx_mul trmxK. Qed.

(* First derivatives: 2 gradient forms. *)
Lemma mderiv_loss i : loss_polynomial^`M(i) = generic_gradient i *+ 2.
Proof.
rewrite /loss_polynomial /square_loss mx_deriv_trace mx_derivM mx_deriv_tr mx_deriv_residual.
by rewrite mx_deriv_network mxtraceD (trace_tr_mul (_ *m Xc)) -mulr2n.
Qed.

Lemma generic_hessian_split i j :
  generic_hessian i j = generic_outer i j + generic_functional i j.
Proof.
rewrite /generic_functional mx_deriv2_network /generic_outer !mx_deriv_network; congr (_ + _).
by rewrite -mulmxA [LHS]mxtrace_mulC mulmxA.
Qed.

Lemma mderiv_gradient i j : (generic_gradient i)^`M(j) = generic_hessian i j.
Proof.
rewrite generic_hessian_split /generic_gradient /gradient_form -mx_deriv_network mx_deriv_trace.
by rewrite mx_derivM mx_deriv_tr mx_deriv_residual mxtraceD trace_tr_mul.
Qed.

(* Second derivatives: 2 Hessian forms. *)
Lemma mderiv2_loss i j : loss_polynomial^`M(i)^`M(j) = generic_hessian i j *+ 2.
Proof. by rewrite mderiv_loss mderivMn mderiv_gradient. Qed.

(* At a point w: the loss, its first and its second partial derivatives. *)
Section Point.
Variable w : 'I_n -> R.

Lemma map_mpolyC_at a b (A : 'M[R]_(a, b)) : map_mx (meval w) (map_mx (@mpolyC n R) A) = A.
Proof. by apply/matrixP => i j; rewrite !mxE mevalC. Qed.

Lemma chain_at j k : map_mx (meval w) (chain Z j k) = chain (weights_at w) j k.
Proof. by rewrite -(chain_map [rmorphism of meval w]) (chain_extW (generic_weights_at w)). Qed.

Lemma d_chain_at i j k :
  map_mx (meval w) (d_chain Z (constant (dirs i)) j k) = d_chain (weights_at w) (dirs i) j k.
Proof.
rewrite -(d_chain_map [rmorphism of meval w]) (d_chain_extW (generic_weights_at w)).
by apply: d_chain_ext => l _; apply: constant_at.
Qed.

Lemma d2_chain_at i i' j k :
  map_mx (meval w) (d2_chain Z (constant (dirs i)) (constant (dirs i')) j k)
  = d2_chain (weights_at w) (dirs i) (dirs i') j k.
Proof.
rewrite -(d2_chain_map [rmorphism of meval w]) (d2_chain_extW _ _ (generic_weights_at w)).
by apply: d2_chain_ext => l _; apply: constant_at.
Qed.

Lemma residual_at : map_mx (meval w) (residual Xc Yc Z) = residual X Y (weights_at w).
Proof. by rewrite /residual map_mxB map_mxM chain_at !map_mpolyC_at. Qed.

(* The polynomial is the loss. *)
Theorem loss_at : loss_polynomial.@[w] = square_loss X Y (weights_at w).
Proof.
by rewrite /square_loss -residual_at map_trmx -map_mxM trace_map_mx.
Qed.

(* Its first partial derivatives are twice the gradient form. *)
Theorem gradient_at i :
  (loss_polynomial^`M(i)).@[w] = gradient_form (weights_at w) X Y (dirs i) *+ 2.
Proof.
rewrite mderiv_loss mevalMn /gradient_form -residual_at -d_chain_at -{2}[X]map_mpolyC_at.
by rewrite map_trmx -!map_mxM trace_map_mx.
Qed.

Theorem outer_at i j :
  (generic_outer i j).@[w]
  = \tr ((d_chain (weights_at w) (dirs i) 0 L *m X)^T
         *m (d_chain (weights_at w) (dirs j) 0 L *m X)).
Proof.
rewrite /generic_outer !mx_deriv_network -trace_map_mx map_mxM -map_trmx !map_mxM.
by rewrite !d_chain_at !map_mpolyC_at.
Qed.

Theorem functional_at i j :
  (generic_functional i j).@[w]
  = \tr (X *m (residual X Y (weights_at w))^T *m d2_chain (weights_at w) (dirs i) (dirs j) 0 L).
Proof.
rewrite /generic_functional mx_deriv2_network -trace_map_mx map_mxM -map_trmx residual_at.
by rewrite map_mxM d2_chain_at map_mpolyC_at mulmxA [LHS]mxtrace_mulC mulmxA.
Qed.

Lemma generic_hessian_at i j :
  (generic_hessian i j).@[w] = hessian_form (weights_at w) X Y (dirs i) (dirs j).
Proof. by rewrite generic_hessian_split mevalD outer_at functional_at. Qed.

(* Its second partial derivatives are twice the Hessian form. *)
Theorem hessian_at i j :
  (loss_polynomial^`M(i)^`M(j)).@[w]
  = hessian_form (weights_at w) X Y (dirs i) (dirs j) *+ 2.
Proof. by rewrite mderiv2_loss mevalMn generic_hessian_at. Qed.

End Point.
End Parameters.

Lemma half_twice (F : fieldType) (x : F) : 2%:R != 0 :> F -> (2%:R)^-1 * (x *+ 2) = x.
Proof. by move=> two; rewrite -[x *+ 2]mulr_natl mulKf. Qed.
