From mathcomp Require Import all_ssreflect all_algebra.
From SsrMultinomials Require Import mpoly.
From Hessproof Require Import form_matrix chain loss hessian bias derivative.
From Hessproof Require Import generic generic_bias.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* With biases, x |-> W_l x + b_l in layer l: the Hessian that the augmented network gives *)
(* is the matrix of the second partial derivatives of the loss 1/2 |outputs - Y|^2 in the  *)
(* entries of all weights and all biases.                                                  *)

(* The outputs of layer k on the data. *)
Section Outputs.
Variables (R : comRingType) (M : nat -> nat).
Variables (W : forall l, 'M[R]_(M l.+1, M l)) (b : forall l, 'cV[R]_(M l.+1)).
Variables (N : nat) (X : 'M[R]_(M 0%N, N)).
Notation aM := (augmented_widths M).

Fixpoint biased_outputs (k : nat) : 'M[R]_(M k, N) :=
  match k with
  | 0%N => X
  | k'.+1 => W k' *m biased_outputs k' + b k' *m const_mx 1
  end.

(* The augmented network computes the outputs of the network with biases. *)
Lemma chain_affine k :
  chain (affine W b) 0 k *m (augmented X : 'M_(aM 0%N, N)) = augmented (biased_outputs k).
Proof.
elim: k => [|k IH]; first by rewrite chain_id mul1mx.
by rewrite chain_S // -mulmxA IH /augmented mul_block_col mul0mx mul1mx add0r.
Qed.

(* The square loss of the augmented network is that of the network with biases. *)
Lemma square_loss_affine L (Y : 'M[R]_(M L, N)) :
  square_loss (augmented X : 'M_(aM 0%N, N)) (augmented Y : 'M_(aM L, N)) (affine W b)
  = \tr ((biased_outputs L - Y)^T *m (biased_outputs L - Y)).
Proof.
rewrite /square_loss /residual chain_affine /augmented opp_col_mx add_col_mx subrr.
by rewrite tr_col_mx mul_row_col trmx0 mul0mx addr0.
Qed.
End Outputs.

Section SecondDerivative.
Variables (F : fieldType) (M : nat -> nat) (L N : nat).
Variables (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)).
Notation aM := (augmented_widths M).
Notation np := (\sum_(l < L) biased_size M l)%N.
Implicit Types w : 'rV[F]_np.

(* |outputs - Y|^2, twice the loss, a polynomial in the parameters. *)
Definition twice_biased_loss : {mpoly F[np]} :=
  loss_polynomial (@affine_origin F M) (@unit_biased_direction F M L)
    (augmented X : 'M_(aM 0%N, N)) (augmented Y : 'M_(aM L, N)).

(* At every point w of the space of weights and biases the polynomial twice_biased_loss takes the *)
(* value |outputs - Y|^2 of the network with these weights and biases. Over any field.            *)
Theorem twice_biased_loss_at w :
  let errors := biased_outputs (weights_of w) (biases_of w) X L - Y in
  twice_biased_loss.[: w] = \tr (errors^T *m errors).
Proof.
rewrite loss_at /square_loss /residual (chain_extW (weights_at_affine w)).
exact: square_loss_affine.
Qed.

(* The second partial derivatives of twice the loss in all weights and biases are twice the *)
(* Hessian with biases, at all parameters, for all data over any field.                     *)
Theorem twice_biased_second_derivative w i j :
  (twice_biased_loss^`M(i)^`M(j)).[: w]
  = biased_hessian (weights_of w) (biases_of w) X Y i j *+ 2.
Proof. by rewrite hessian_at mxE (hessian_form_extW _ _ (weights_at_affine w)). Qed.

(* The Hessian with biases is the matrix of the second partial derivatives of the loss in all *)
(* weights and biases, at all parameters, for all data over any field in which 2 is not zero. *)
Theorem biased_second_derivative w i j : 2%:R != 0 :> F ->
  (((2%:R)^-1 *: twice_biased_loss)^`M(i)^`M(j)).[: w]
  = biased_hessian (weights_of w) (biases_of w) X Y i j.
Proof.
move=> two; rewrite !mderivZ mevalZ twice_biased_second_derivative.
exact: half_twice.
Qed.
End SecondDerivative.
