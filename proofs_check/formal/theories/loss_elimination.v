From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker chain loss hessian.
From Hessproof Require Import kernel_equations kernel_count elimination.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* The kernel of the loss Hessian, eliminated.  At weights that carry q units from the input *)
(* to the output, with a residual that returns them, the kernel has only directions U l = *)
(* rest U l rest as soon as two systems of linear equations have no solution but zero: *)
(*   the cores:  S a_(k+1) = a_k S,  R (a_0 + ... + a_(L-1))^T + S (a_1 + ... + a_(L-1)) = 0; *)
(*   the ends:   Sigma x^T + Z y = 0,  R y^T + x Z = 0, *)
(* where Sigma = X X^T, R is what Sigma is on the units and Z what G is beside them. *)
Section LossElimination.
Variables (F : fieldType) (M : nat -> nat) (L' q N : nat).
Notation L := L'.+1.
Variables (W : forall i, 'M[F]_(M i.+1, M i)).
Variables (inj : forall l, 'M[F]_(M l, q)) (proj : forall l, 'M[F]_(q, M l)).
Variables (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)) (S R : 'M[F]_q).
Notation Sigma := (X *m X^T).
Let G := X *m (residual X Y W)^T.
Notation Z := (aside inj proj G S).
Notation rest := (rest inj proj).
Hypothesis units : carried L' W inj proj.
Hypothesis turned : returned W inj proj G S.
Hypothesis tr_inj : (inj L)^T = proj L.
Hypothesis Sigma_proj : Sigma *m (proj 0)^T = inj 0 *m R.
Hypothesis tr_R : R^T = R.
Hypothesis no_core : forall a : nat -> 'M[F]_q,
  (forall k, (k.+1 < L)%N -> S *m a k.+1 = a k *m S) ->
  R *m (\sum_(0 <= l < L) a l)^T + S *m (\sum_(1 <= l < L) a l) = 0 -> a 0%N = 0.
Hypothesis no_ends : forall (x : 'M[F]_(q, M 0%N)) (y : 'M[F]_(M L, q)),
  Sigma *m x^T + Z *m y = 0 -> R *m y^T + x *m Z = 0 -> x = 0 /\ y = 0.

Section Kernel.
Variable U : forall i, 'M[F]_(M i.+1, M i).
Hypothesis ker : forall V, hessian_form W X Y U V = 0.
Let D := d_chain W U 0 L.
Let equations := kernel_equation ker.

Let proj_Sigma : proj 0 *m Sigma = R *m (inj 0)^T.
Proof. by apply: trmx_inj; rewrite !trmx_mul !trmxK tr_R Sigma_proj. Qed.

Let tr_rest : (rest L)^T = rest L.
Proof. by rewrite /rest linearB /= trmx1 trmx_mul -tr_inj trmxK. Qed.

(* Sigma maps the rest of the input to itself. *)
Let rest_Sigma : rest 0 *m Sigma = Sigma *m (rest 0)^T.
Proof.
rewrite /rest linearB /= trmx1 trmx_mul mulmxBl mulmxBr mul1mx mulmx1 -mulmxA proj_Sigma.
by rewrite !mulmxA Sigma_proj.
Qed.

Lemma loss_core : core inj proj U 0 = 0.
Proof.
apply: (no_core (a := core inj proj U)) => [k kL|].
  exact: (core_step units turned equations).
have := first_core units turned equations.
rewrite mulmxA proj_Sigma -(d_chain_core units U (leq0n L)).
by rewrite -tr_inj !trmx_mul trmxK !mulmxA.
Qed.

Lemma loss_ends : proj 1 *m U 0%N *m rest 0 = 0 /\ rest L *m U L' *m inj L' = 0.
Proof.
apply: no_ends.
  have := first_rest units turned equations; rewrite (mulmxA (rest 0)) rest_Sigma => <-.
  rewrite -(d_chain_in units turned equations (k := L)) // -/D; congr (_ + _).
  by rewrite -tr_inj !trmx_mul trmxK !mulmxA.
have := last_rest units turned equations; rewrite (mulmxA (proj 0)) proj_Sigma => <-; congr (_ + _).
rewrite -(d_chain_out units turned equations (j := 0)) // -/D.
by rewrite !trmx_mul tr_rest !mulmxA.
Qed.

(* Nothing but rest to rest is left. *)
Theorem loss_rest l : (l < L)%N -> U l = rest l.+1 *m U l *m rest l.
Proof.
move=> lL; rewrite {1}(four_parts units turned equations loss_core lL).
have [x0 y0] := loss_ends.
have -> : proj l.+1 *m U l *m rest l = 0.
  by case: l lL => // l lL; apply: (nothing_in units turned equations).
have -> : rest l.+1 *m U l *m inj l = 0.
  move: lL; rewrite ltnS leq_eqVlt => /orP[/eqP ->//|lL].
  exact: (nothing_out units turned equations).
by rewrite mulmx0 mul0mx !addr0.
Qed.
End Kernel.

Definition rest_block l : 'M[F]_(M l.+1 * M l) := (rest l.+1)^T *t rest l.

Lemma loss_confined (u : 'rV_(\sum_(l < L) layer_size M l)) :
  u *m loss_hessian W X Y = 0 -> (u <= layer_sum L rest_block)%MS.
Proof.
move=> uH; apply/sub_layer_sum => l; apply: (@vec_sub _ _ _ _ _ _ _ _ (direction u l)).
by rewrite trmxK -(loss_rest (loss_hessian_ker uH)).
Qed.

Lemma rank_rest_block l : (l < L)%N -> (\rank (rest_block l) <= (M l.+1 - q) * (M l - q))%N.
Proof.
move=> lL; rewrite mxrank_tens mxrank_tr; apply: leq_mul; apply: (rank_rest units) => //.
exact: ltnW.
Qed.

(* The kernel has dimension at most sum_l (M_(l+1) - q) (M_l - q). *)
Theorem rank_loss_rest :
  (\sum_(l < L) M l.+1 * M l
   <= \rank (loss_hessian W X Y) + \sum_(l < L) (M l.+1 - q) * (M l - q))%N.
Proof.
apply: leq_trans (rank_confined loss_confined) _; rewrite leq_add2l.
by apply: leq_sum => l _; apply: rank_rest_block.
Qed.
End LossElimination.
