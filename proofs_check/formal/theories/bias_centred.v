From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import chain loss hessian bias bias_decoupling bias_outer.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* E[delta] = 0: the sum of the residuals is zero exactly where the output at   *)
(* the mean input is the mean label, and some last bias brings that about for   *)
(* any weights. The derivative of the loss by the last bias is that sum.        *)
Section StationaryBias.
Variables (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)).
Variables (L N : nat) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L.+1, N)).
Hypothesis N0 : N%:R != 0 :> F.

Lemma residual_sumE b :
  residual_sum W b X Y = N%:R *: (activation W b (mean X) L.+1 - mean Y).
Proof.
have one1 : (const_mx 1 : 'cV[F]_N) = (const_mx 1 : 'rV_N)^T by rewrite trmx_const.
rewrite /residual_sum (biased_residualE W b X Y (mean X) (mean Y)) mulmxDl one1.
rewrite -mulmxA one_one mul_mx_scalar /residual mulmxBl -mulmxA.
by rewrite -/(centred X) -/(centred Y) !centred_sum // mulmx0 subr0 add0r.
Qed.

Lemma activation_last g : activation W (last_layer g) (mean X) L.+1
  = activation W (fun=> 0) (mean X) L.+1 + g.
Proof.
have E k : (k <= L)%N -> activation W (last_layer g) (mean X) k = activation W (fun=> 0) (mean X) k.
  elim: k => //= k IH kL; rewrite IH ?(ltnW kL) //; congr (_ + _).
  by rewrite /last_layer; case: eqP => // e; rewrite e ltnn in kL.
rewrite /= E // addr0 /last_layer; congr (_ + _); case: eqP => // e.
by rewrite (eq_axiomK e).
Qed.

Lemma stationary_bias : exists b, residual_sum W b X Y = 0.
Proof.
exists (last_layer (mean Y - activation W (fun=> 0) (mean X) L.+1)).
by rewrite residual_sumE activation_last addrCA subrr addr0 subrr scaler0.
Qed.
End StationaryBias.
