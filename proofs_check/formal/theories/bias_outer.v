From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker form_matrix chain loss hessian bias.
From Hessproof Require Import bias_coordinates bias_decoupling.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* With biases the rank of H_o is K more than without, on centred inputs. Where *)
(* the sum of the residuals is zero the same holds for H_L, and the ranks of    *)
(* H_f are equal. For all weights, biases, data, in every field in which the    *)
(* number of samples is not zero.                                               *)

(* A form on parts (a, g) that is H0 on the a and c times the scalar product on *)
(* the g, where all a and g occur.                                              *)
Lemma rank_decoupled (F : fieldType) n n0 K (H : 'M[F]_n) (H0 : 'M[F]_n0) (c : F)
    (a : 'rV[F]_n -> 'rV[F]_n0) (g : 'rV[F]_n -> 'rV[F]_K)
    (lift : 'rV[F]_n0 -> 'rV[F]_K -> 'rV[F]_n) :
    (forall u v, (u *m H *m v^T) 0 0
      = (a u *m H0 *m (a v)^T) 0 0 + c * (g u *m (g v)^T) 0 0) ->
    (forall a1 g1 a2 g2, (lift a1 g1 *m H *m (lift a2 g2)^T) 0 0
      = (a1 *m H0 *m a2^T) 0 0 + c * (g1 *m g2^T) 0 0) ->
  \rank H = (\rank H0 + \rank (c%:M : 'M[F]_K))%N.
Proof.
move=> down up; pose D := block_mx H0 0 0 (c%:M : 'M[F]_K).
have formD a1 g1 a2 g2 : (row_mx a1 g1 *m D *m (row_mx a2 g2)^T) 0 0
    = (a1 *m H0 *m a2^T) 0 0 + c * (g1 *m g2^T) 0 0.
  rewrite mul_row_block !mulmx0 addr0 add0r tr_row_mx mul_row_col mxE; congr (_ + _).
  by rewrite mul_mx_scalar -scalemxAl mxE.
rewrite -rank_diag_block_mx -/D; apply/eqP; rewrite eqn_leq; apply/andP; split.
  apply: (rank_le_congruence (f := fun i => row_mx (a (delta_mx 0 i)) (g (delta_mx 0 i)))) => i j.
  by rewrite formD -down -entry_form.
pose f i := let u := delta_mx 0 i in lift (lsubmx u) (rsubmx u).
apply: (rank_le_congruence (f := f)) => i j; rewrite /f.
by rewrite up -formD !hsubmxK -entry_form.
Qed.

(* Every change of the mean output is that of a change of the last layer alone. *)
Section LastLayer.
Variables (R : ringType) (M : nat -> nat) (W : forall i, 'M[R]_(M i.+1, M i)) (L : nat).

(* A change of the last bias alone. *)
Definition last_layer (g : 'cV[R]_(M L.+1)) (i : nat) : 'cV[R]_(M i.+1) :=
  match @eqP _ L i with
  | ReflectT e => let: erefl := e in g
  | ReflectF _ => 0
  end.

Lemma mean_change_last g : mean_change W (last_layer g) L.+1 = g.
Proof.
have zero k : (k <= L)%N -> mean_change W (last_layer g) k = 0.
  elim: k => //= k IH kL; rewrite IH ?(ltnW kL) // mulmx0 addr0 /last_layer.
  by case: eqP => // e; rewrite e ltnn in kL.
rewrite /= zero // mulmx0 addr0 /last_layer; case: eqP => // e.
by rewrite (eq_axiomK e).
Qed.
End LastLayer.

Section Ranks.
Variables (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)).
Variables (b : forall i, 'cV[F]_(M i.+1)).
Variables (L N : nat) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L.+1, N)).
Variables (x : 'cV[F]_(M 0%N)) (y : 'cV[F]_(M L.+1)).
Notation aM := (augmented_widths M).
Notation Xc := (shifted x X).
Notation Yc := (shifted y Y).
Notation one := (const_mx 1 : 'rV[F]_N).
Hypothesis Xc1 : Xc *m one^T = 0.

Let np := (\sum_(l < L.+1) biased_size M l)%N.
Let np0 := (\sum_(l < L.+1) layer_size M l)%N.
Let a (u : 'rV[F]_np) : 'rV[F]_np0 := flatten L.+1 (weight_part (biased_direction u)).
Let g (u : 'rV[F]_np) : 'rV[F]_(M L.+1) :=
  (mean_change W (mean_part W b x (biased_direction u)) L.+1)^T.
Let lift (a1 : 'rV[F]_np0) (g1 : 'rV[F]_(M L.+1)) : 'rV[F]_np :=
  biased_flatten L.+1 (from_parts W b x (direction a1) (last_layer g1^T)).

Let a_dir u l : (l < L.+1)%N -> direction (a u) l = weight_part (biased_direction u) l.
Proof. exact: flattenK. Qed.

Let a_lift a1 g1 l : (l < L.+1)%N -> weight_part (biased_direction (lift a1 g1)) l = direction a1 l.
Proof.
move=> lL; rewrite /weight_part biased_flattenK //.
exact: (weight_part_from W b x (direction a1)).
Qed.

Let g_lift a1 g1 : g (lift a1 g1) = g1.
Proof.
rewrite /g -[RHS]trmxK -(mean_change_last W g1^T); congr (_^T); apply: mean_change_ext => l lL.
by rewrite -[RHS](mean_part_from W b x (direction a1)) /mean_part /weight_part biased_flattenK.
Qed.

Let outer_parts u v : (u *m biased_outer_hessian W b L.+1 X *m v^T) 0 0
  = (a u *m outer_hessian W L.+1 Xc *m (a v)^T) 0 0 + N%:R * (g u *m (g v)^T) 0 0.
Proof.
rewrite biased_outer_hessian_form (outer_decoupled _ _ _ Xc1) outer_hessian_form mulr_natl trmxK.
by congr (_ + _ *+ _); apply: outer_form_ext => l lL; rewrite a_dir.
Qed.
Let functional_parts u v : residual_sum W b X Y = 0 ->
  (u *m biased_functional_hessian W b X Y *m v^T) 0 0
  = (a u *m functional_hessian W Xc Yc *m (a v)^T) 0 0.
Proof.
move=> e0; rewrite biased_functional_hessian_form (functional_decoupled _ _ _ y Xc1).
rewrite functional_hessian_form e0 trmx0 mul0mx mxE addr0.
by apply: functional_form_ext => l lL; rewrite a_dir.
Qed.

Let lift_parts H H0 (c : F) :
    (forall u v, (u *m H *m v^T) 0 0
      = (a u *m H0 *m (a v)^T) 0 0 + c * (g u *m (g v)^T) 0 0) ->
  \rank H = (\rank H0 + \rank (c%:M : 'M[F]_(M L.+1)))%N.
Proof.
move=> down; apply: (rank_decoupled (lift := lift) down) => a1 g1 a2 g2.
have aK a3 g3 : a (lift a3 g3) = a3.
  rewrite -[RHS]submxrowK /a /flatten; apply: eq_mxrow => l.
  by rewrite a_lift // directionE unvecK.
by rewrite down !g_lift !aK.
Qed.

(* rk H_o with bias is K more than without.                                     *)
Theorem biased_outer_rank : N%:R != 0 :> F ->
  \rank (biased_outer_hessian W b L.+1 X) = (M L.+1 + \rank (outer_hessian W L.+1 Xc))%N.
Proof.
by move=> N0; rewrite (lift_parts outer_parts) -scalemx1 eqmx_scale // mxrank1 addnC.
Qed.

(* E[delta] = 0: rk H_f is the same as without bias.                            *)
Theorem biased_functional_rank : residual_sum W b X Y = 0 ->
  \rank (biased_functional_hessian W b X Y) = \rank (functional_hessian W Xc Yc).
Proof.
move=> e0; rewrite (@lift_parts _ (functional_hessian W Xc Yc) 0).
  by rewrite -scalemx1 scale0r mxrank0 addn0.
by move=> u v; rewrite functional_parts // mul0r addr0.
Qed.

(* E[delta] = 0: rk H_L with bias is K more than without.                       *)
Theorem biased_loss_rank : N%:R != 0 :> F -> residual_sum W b X Y = 0 ->
  \rank (biased_hessian W b X Y) = (M L.+1 + \rank (loss_hessian W Xc Yc))%N.
Proof.
move=> N0 e0; rewrite (@lift_parts _ (loss_hessian W Xc Yc) N%:R); last first.
  move=> u v; rewrite biased_gauss_newton gauss_newton !mulmxDr !mulmxDl.
  by rewrite [LHS]mxE [in RHS]mxE outer_parts functional_parts // addrAC.
by rewrite -scalemx1 eqmx_scale // mxrank1 addnC.
Qed.
End Ranks.
